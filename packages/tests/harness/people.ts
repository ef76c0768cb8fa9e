import type { Session } from '@parley/contract';
import type { AppRouter } from '@parley/server/api';
// People with stock tRPC clients: nothing here is Parley's own client.
import {
  createTRPCClient,
  createWSClient,
  httpLink,
  httpSubscriptionLink,
  wsLink,
  type TRPCClient,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import superjson from 'superjson';
import { WebSocket } from 'ws';

export type Client = TRPCClient<AppRouter>;

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly session: Session;
  /** Over WebSocket; connects when it is first asked for. */
  readonly client: Client;
  /** Over HTTP, with a Bearer header. */
  readonly http: Client;
  /** Cuts the socket without a close; the client reconnects. */
  cut(): void;
  close(): Promise<void>;
}

/** Everyone's. */
export const PASSWORD = 'correct horse battery';
let registered = 0;

/** A client over HTTP, with a Bearer header where there is a token. */
export function callOverHttp(url: string, token?: string): Client {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/trpc`, transformer: superjson, headers })],
  });
}

/** An EventSource waits three seconds, of five that whoever is cut off may take, unless it is told to come sooner. */
const RETRY_SOON = new TextEncoder().encode('retry: 1000\n\n');

/** A client over server-sent events. The token goes into a header, never into the address. */
export function callOverEvents(url: string, token: string): Client {
  return createTRPCClient<AppRouter>({
    links: [
      httpSubscriptionLink({
        url: `${url}/trpc`,
        transformer: superjson,
        EventSource,
        eventSourceOptions: () => ({
          fetch: async (address, init) =>
            retryingSoon(
              await fetch(address, {
                ...init,
                headers: { ...init.headers, authorization: `Bearer ${token}` },
              }),
            ),
        }),
      }),
    ],
  });
}

/** As a proxy may tell it. */
function retryingSoon({ body, url, status, redirected, headers }: Response) {
  const told = new TransformStream<Uint8Array, Uint8Array>({
    start: (stream) => stream.enqueue(RETRY_SOON),
  });
  return { url, status, redirected, headers, body: body?.pipeThrough(told) ?? null };
}

/** A client over WebSocket, as tRPC's documentation builds it. */
export function callOverSocket(url: string, token: string | (() => string)) {
  const sockets = new Set<WebSocket>();
  class Tracked extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      sockets.add(this);
      this.once('close', () => sockets.delete(this));
      // The client hears of it through its own listener too.
      this.on('error', () => undefined);
    }
  }
  const wsClient = createWSClient({
    url: `${url.replace(/^http/, 'ws')}/trpc`,
    WebSocket: Tracked as unknown as typeof globalThis.WebSocket,
    connectionParams: () => ({ token: typeof token === 'function' ? token() : token }),
    retryDelayMs: () => 50,
  });
  return {
    wsClient,
    client: createTRPCClient<AppRouter>({ links: [wsLink({ client: wsClient, transformer: superjson })] }),
    cut: () => {
      for (const socket of sockets) socket.terminate();
    },
    close: async () => {
      await wsClient.close();
    },
  };
}

/** Registers someone with a name that nobody else in this run has. */
export async function signUp(url: string, name: string): Promise<Person> {
  registered += 1;
  const username = `${name}-${registered}-${process.pid}`;
  const session = await callOverHttp(url).auth.register.mutate({
    email: `${username}@parley.test`,
    username,
    password: PASSWORD,
  });
  return personOf(url, session);
}

/** The clients of someone who has a session. */
export function personOf(url: string, session: Session): Person {
  let opened: ReturnType<typeof callOverSocket> | undefined;
  return {
    id: session.user.id,
    username: session.user.username,
    session,
    get client() {
      opened ??= callOverSocket(url, session.accessToken);
      return opened.client;
    },
    http: callOverHttp(url, session.accessToken),
    cut: () => opened?.cut(),
    close: async () => {
      await opened?.close();
    },
  };
}
