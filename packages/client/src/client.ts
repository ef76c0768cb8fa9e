import type { Session } from '@parley/contract';
import type { AppRouter } from '@parley/server/api';
import type { Operation, TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';

import { hostAccess, type Access, type GetAccessToken } from './core/access.ts';
import { resolveAddress } from './core/address.ts';
import { createCalls } from './core/caller.ts';
import type { ParleyCalls } from './core/calls.ts';
import type { Connection } from './core/connection.ts';
import { callOverHttp, type Fetch, type HttpServer } from './core/http-call.ts';
import type { Dehydrated } from './core/hydration.ts';
import type { LiveClient } from './core/live-client.ts';
import { LiveCore } from './core/live-core.ts';
import type { OutboxStore } from './core/outbox/entry.ts';
import { whereKept } from './core/outbox/where-kept.ts';
import { repeatLink } from './core/repeat-link.ts';
import { SessionAccess, type Credentials, type StoredSession } from './core/session-access.ts';
import type { WebSocketConstructor } from './core/socket-wire.ts';
import { Source, type Subscribable } from './core/subscribable.ts';
import { Transport, type TransportChoice } from './core/transport.ts';

interface CommonOptions {
  /**
   * The server, for example `https://chat.example.com`; `http`, `https`, `ws` and `wss` are accepted and `/trpc` is
   * appended. Default in browsers: where the page came from.
   */
  url?: string | undefined;
  /** For runtimes without a global `WebSocket`, such as Node.js before 22: that of the `ws` package. */
  WebSocket?: WebSocketConstructor | undefined;
  /** For what goes over HTTP: signing in and out, renewing, and all else over `sse`. Default: the global one. */
  fetch?: Fetch | undefined;
  /**
   * What calls go over. `ws` is one WebSocket. `sse` is HTTP requests, and server-sent events for subscriptions: more
   * costly and a little slower, but it passes where a proxy lets no WebSocket through. `auto`, the default, is `ws`, and
   * changes to `sse` by itself where only that passes, and back when a WebSocket passes again; nothing is lost or doubled
   * by that. `connection` tells which it is.
   */
  transport?: TransportChoice | undefined;
  /**
   * Keeps unsent messages across a reload. Default: IndexedDB where there is one, and one tab of a person then sends for
   * all of them. Elsewhere, and with null: they are kept as long as the page or the process lasts.
   */
  outboxStore?: OutboxStore | null | undefined;
  /** What `dehydrate()` of another client gave: it is shown at once, and followed from where that one was. */
  hydrate?: Dehydrated | null | undefined;
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
  /**
   * Where several tabs share a store: calls `changed` when another one has stored a session, or forgotten it, and
   * returns what ends that. `session` is then asked.
   */
  followSession?: ((changed: () => void) => () => void) | undefined;
  getAccessToken?: undefined;
}

/** Tokens that the application around the client issues and renews. One client serves one person. */
export interface HostTokenOptions extends CommonOptions {
  /** Asked at each connection, and once more when the server refuses what it gave. */
  getAccessToken: GetAccessToken;
  session?: undefined;
  onSessionChange?: undefined;
  followSession?: undefined;
}

export type ParleyClientOptions = SessionOptions | HostTokenOptions;

export interface ParleyClient extends LiveClient {
  /** Every procedure of the server: over the connection, which the first call opens; signing in and out over HTTP. */
  readonly trpc: ParleyCalls;
  readonly connection: Connection;
  /** Who is signed in; always null with `getAccessToken`. */
  readonly session: Subscribable<Session | null>;
  /**
   * Signs in, or goes on with a session that one has, such as `auth.register` gives; every later call is in that
   * person's name. Throws `invalid_credentials` and the like.
   */
  readonly signIn: (how: Credentials | StoredSession) => Promise<Session>;
  /** For good: subscriptions complete, calls under way fail, and the socket closes. */
  readonly close: () => Promise<void>;
}

/** They need no token, or must work without a connection. */
const OVER_HTTP = new Set([
  'auth.login',
  'auth.register',
  'auth.refresh',
  'auth.logout',
  'auth.logoutEverywhere',
]);
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
  if (WebSocket === undefined && options.transport !== 'sse') {
    throw new Error('No WebSocket: pass that of the ws package as `WebSocket`');
  }

  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const server: HttpServer = { url: address.http, fetch };
  let sessions: SessionAccess | null = null;
  let access: Access;
  let isLeaving = false;
  if (options.getAccessToken === undefined) access = sessions = openSessions(options);
  else access = hostAccess(options.getAccessToken);
  const transport = new Transport({
    address,
    choice: options.transport ?? 'auto',
    WebSocket,
    fetch,
    access,
  });
  const trpc = createCalls([
    overHttp(server, access),
    repeatLink({ reauthorise: (refusal) => transport.reauthorise(refusal) }),
    transport.link,
  ]);
  const userId = () => sessions?.session.getSnapshot()?.user.id ?? null;
  const live = new LiveCore({
    trpc,
    connection: transport.connection,
    userId: userId(),
    isOwn: sessions !== null,
    unsent: whereKept(options.outboxStore, `parley ${address.http}`),
    dehydrated: options.hydrate ?? null,
  });
  // The first to hear of it: nobody sees the talks of one person in the session of another.
  sessions?.session.subscribe(() => live.become(userId()));
  const unfollow = options.followSession?.(() => sessions?.takeStored());

  function openSessions({ session = null, onSessionChange }: SessionOptions): SessionAccess {
    const call = (path: string, input: unknown, token?: string) =>
      callOverHttp(server, { type: 'mutation', path, input, token: token ?? null });
    return new SessionAccess({
      session,
      onSessionChange,
      onPersonChange: (isRefused) => {
        transport.drop(isRefused && !isLeaving);
        if (userId() !== null) live.resume();
      },
      calls: {
        login: (credentials) => call('auth.login', credentials) as Promise<Session>,
        refresh: (refreshToken) => call('auth.refresh', { refreshToken }) as Promise<Session>,
        logout: ({ accessToken, refreshToken }) => call('auth.logout', { refreshToken }, accessToken),
      },
    });
  }

  function ownSessions(): SessionAccess {
    if (sessions === null) throw new Error('With `getAccessToken` the application signs in and out');
    return sessions;
  }

  return {
    trpc,
    connection: transport.connection,
    session: sessions?.session ?? new Source<Session | null>(null),
    conversation: live.conversation,
    inbox: live.inbox,
    presence: live.presence,
    offer: live.offer,
    outbox: live.outbox,
    dehydrate: live.dehydrate,
    signIn: async (how) => ownSessions().signIn(how),
    register: async (account) => ownSessions().signIn(await trpc.auth.register.mutate(account)),
    signOut: async ({ everywhere = false } = {}) => {
      const own = ownSessions();
      if (!everywhere) return own.signOut();
      // The connection may hear of it before the answer comes, as of something that was done to it.
      isLeaving = true;
      await trpc.auth.logoutEverywhere
        .mutate()
        .then(() => own.forget())
        .finally(() => (isLeaving = false));
    },
    close: async () => {
      unfollow?.();
      live.close();
      transport.close();
    },
  };
}

/** Sends some calls over HTTP, and leaves the others to the next link. */
function overHttp(server: HttpServer, access: Access): TRPCLink<AppRouter> {
  const send = async (op: Operation) =>
    callOverHttp(server, { ...op, token: op.path.startsWith(WITH_TOKEN) ? await access.token() : null });
  return () =>
    ({ op, next }) =>
      OVER_HTTP.has(op.path)
        ? observable((observer) => {
            void send(op).then((data) => {
              observer.next({ result: { type: 'data', data } });
              observer.complete();
            }, observer.error);
          })
        : next(op);
}
