import type { Session } from '@parley/contract';
import type { AppRouter } from '@parley/server/api';
import {
  createTRPCClient,
  httpLink,
  splitLink,
  type TRPCClient,
  type TRPCClientError,
  type TRPCLink,
} from '@trpc/client';
import { observable } from '@trpc/server/observable';
import superjson from 'superjson';

import { hostAccess, type Access, type GetAccessToken } from './core/access.ts';
import { resolveAddress } from './core/address.ts';
import type { Connection } from './core/connection.ts';
import { unreachable } from './core/errors.ts';
import type { WebSocketConstructor } from './core/line.ts';
import { repeatLink } from './core/repeat-link.ts';
import { SessionAccess, type Credentials, type StoredSession } from './core/session-access.ts';
import { Source, type Subscribable } from './core/subscribable.ts';
import { Transport } from './core/transport.ts';

/** The typed calls: `trpc.messages.send.mutate(…)`, `trpc.conversations.events.subscribe(…)`. */
export type ParleyCalls = TRPCClient<AppRouter>;

interface CommonOptions {
  /**
   * The server, for example `https://chat.example.com`; `http`, `https`, `ws` and `wss` are accepted and `/trpc` is
   * appended. Default in browsers: where the page came from.
   */
  url?: string | undefined;
  /** For runtimes without a global `WebSocket`, such as Node.js before 22: that of the `ws` package. */
  WebSocket?: WebSocketConstructor | undefined;
  /** For the calls that go over HTTP: signing in and out, and renewing. Default: the global one. */
  fetch?: ((url: string, init?: RequestInit) => Promise<Response>) | undefined;
}

/** Parley's own sign-in: the client renews the session by itself. */
export interface SessionOptions extends CommonOptions {
  /**
   * What `onSessionChange` gave last, also as JSON brought it back. A function is asked again before each renewal:
   * give one where several tabs share a store, since a refresh token can be spent only once.
   */
  session?: StoredSession | null | undefined | (() => StoredSession | null);
  /** Told of every new session, to keep it, and of null when it has ended, to forget it. */
  onSessionChange?: ((session: Session | null) => void) | undefined;
  getAccessToken?: undefined;
}

/** Tokens that the application around the client issues and renews. One client serves one person. */
export interface HostTokenOptions extends CommonOptions {
  /** Asked at each connection, and once more when the server refuses what it gave. */
  getAccessToken: GetAccessToken;
  session?: undefined;
  onSessionChange?: undefined;
}

export type ParleyClientOptions = SessionOptions | HostTokenOptions;

export interface ParleyClient {
  /** Every procedure of the server: over the WebSocket, which the first call opens; signing in and out over HTTP. */
  readonly trpc: ParleyCalls;
  readonly connection: Connection;
  /** Who is signed in; always null with `getAccessToken`. */
  readonly session: Subscribable<Session | null>;
  /**
   * Signs in, or goes on with a session that one has, such as `auth.register` gives; every later call is in that
   * person's name. Throws `invalid_credentials` and the like.
   */
  readonly signIn: (how: Credentials | StoredSession) => Promise<Session>;
  /** Ends the session here at once, and on the server if it can be reached. */
  readonly signOut: () => Promise<void>;
  /** For good: subscriptions complete, calls under way fail, and the socket closes. */
  readonly close: () => Promise<void>;
}

/** They need no token, or must work without a connection. */
const OVER_HTTP = new Set(['auth.login', 'auth.register', 'auth.refresh', 'auth.logout']);
const WITH_TOKEN = 'auth.logout';

/**
 * A client of a Parley server. Nothing is sent before the first call.
 *
 * @throws Error when `url` is no address of a server, and when there is no `WebSocket`
 * @example
 * const client = createParleyClient({ url: 'http://localhost:3000' });
 * await client.signIn({ email: 'ana@parley.test', password: 'parley-demo' });
 * client.trpc.inbox.events.subscribe(undefined, { onData: ({ data }) => console.log(data.type) });
 */
export function createParleyClient(options: ParleyClientOptions = {}): ParleyClient {
  const address = resolveAddress(options.url);
  const WebSocket = options.WebSocket ?? globalThis.WebSocket;
  if (WebSocket === undefined) {
    throw new Error("There is no WebSocket here: pass that of the 'ws' package as the option `WebSocket`");
  }

  const { fetch } = options;
  const overHttp = (token: () => Promise<string | null>): TRPCLink<AppRouter>[] => [
    reachable,
    httpLink<AppRouter>({
      url: address.http,
      transformer: superjson,
      ...(fetch && { fetch: (url, init) => fetch(url as string, init as RequestInit | undefined) }),
      headers: async ({ op }) => {
        const shown = op.path === WITH_TOKEN ? await token() : null;
        return shown === null ? {} : { authorization: `Bearer ${shown}` };
      },
    }),
  ];

  let sessions: SessionAccess | null = null;
  let access: Access;
  if (options.getAccessToken === undefined) access = sessions = openSessions(options);
  else access = hostAccess(options.getAccessToken);
  const transport = new Transport({ url: address.ws, WebSocket, access });

  function openSessions({ session = null, onSessionChange }: SessionOptions): SessionAccess {
    const calls = (token: string | null) =>
      createTRPCClient<AppRouter>({ links: overHttp(() => Promise.resolve(token)) });
    const open = calls(null);
    return new SessionAccess({
      session,
      onSessionChange,
      onPersonChange: () => transport.drop(),
      calls: {
        login: (credentials) => open.auth.login.mutate(credentials),
        refresh: (refreshToken) => open.auth.refresh.mutate({ refreshToken }),
        logout: ({ accessToken, refreshToken }) => calls(accessToken).auth.logout.mutate({ refreshToken }),
      },
    });
  }

  function ownSessions(): SessionAccess {
    if (sessions === null)
      throw new Error('With `getAccessToken` signing in and out is the application’s affair');
    return sessions;
  }

  return {
    trpc: createTRPCClient<AppRouter>({
      links: [
        splitLink({
          condition: ({ path }) => OVER_HTTP.has(path),
          true: overHttp(() => access.token()),
          false: [repeatLink({ reauthorise: () => transport.reauthorise() }), transport.link],
        }),
      ],
    }),
    connection: transport.connection,
    session: sessions?.session ?? new Source<Session | null>(null),
    signIn: async (how) => ownSessions().signIn(how),
    signOut: async () => ownSessions().signOut(),
    close: () => transport.close(),
  };
}

/** Gives what failed on the way the shape of a refusal, so that every failed call has a reason. */
const reachable: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) =>
      next(op).subscribe({
        next: (envelope) => observer.next(envelope),
        error: (error: TRPCClientError<AppRouter>) =>
          observer.error(error.shape || op.signal?.aborted === true ? error : unreachable(error.cause)),
        complete: () => observer.complete(),
      }),
    );
