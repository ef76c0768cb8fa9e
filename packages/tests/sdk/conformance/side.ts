/** The two servers, the real one and the one in memory, each with the clients that can be had for it. */
import { createParleyClient, type ParleyClient, type ParleyClientOptions } from '@parley/client';
import { createTestServer, type TestNetwork, type TestServer } from '@parley/client/testing';
import type { Session } from '@parley/contract';
import type { AppRouter } from '@parley/server/api';
import { createTRPCClient, createWSClient, httpLink, wsLink } from '@trpc/client';
import superjson from 'superjson';
import { WebSocket } from 'ws';

import type { Client } from '../../harness/people.ts';
import type { TestServer as RealServer } from '../../harness/server.ts';

/** `parley` is our own client, over a WebSocket and over server-sent events; `stock` is tRPC's. */
export const CLIENTS = ['stock', 'parley', 'parley over sse'] as const;
export type ClientKind = (typeof CLIENTS)[number];

/** The way to a server, which both kinds of client take. */
type Way = Pick<TestNetwork, 'url' | 'fetch'> & { WebSocket: ParleyClientOptions['WebSocket'] };

export interface Side {
  readonly name: string;
  readonly client: ClientKind;
  /** A way of its own. */
  way(): Way;
}

/** Someone's clients of one kind. */
export interface Device extends AsyncDisposable {
  readonly client: Client;
  /** Only where it is our own. */
  readonly parley: ParleyClient | undefined;
}

export function sidesOf(real: RealServer, memory: TestServer): Side[] {
  const realWay = (): Way => ({ url: real.url, WebSocket, fetch });
  return CLIENTS.flatMap((client) => [
    { name: `the real server, ${client}`, client, way: realWay },
    { name: `the server in memory, ${client}`, client, way: () => memory.network() },
  ]);
}

export const inMemory = (): TestServer => createTestServer({ users: [] });

/** tRPC's own client over HTTP; without a token for signing in. */
export function overHttp({ url, fetch }: Way, token?: string): Client {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/trpc`,
        transformer: superjson,
        headers,
        fetch: (address, init) => fetch(address as string, init as RequestInit),
      }),
    ],
  });
}

export function deviceOf(side: Side, session: Session): Device {
  const way = side.way();
  if (side.client === 'stock') return stockDevice(way, session.accessToken);
  const transport = side.client === 'parley' ? 'ws' : 'sse';
  const parley = createParleyClient({ ...way, session, transport });
  return { client: parley.trpc, parley, [Symbol.asyncDispose]: () => parley.close() };
}

function stockDevice({ url, WebSocket }: Way, token: string): Device {
  const wsClient = createWSClient({
    url: `${url.replace(/^http/, 'ws')}/trpc`,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    connectionParams: () => ({ token }),
    retryDelayMs: () => 50,
  });
  return {
    client: createTRPCClient<AppRouter>({ links: [wsLink({ client: wsClient, transformer: superjson })] }),
    parley: undefined,
    [Symbol.asyncDispose]: () => wsClient.close(),
  };
}
