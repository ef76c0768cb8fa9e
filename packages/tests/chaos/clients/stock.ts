/** tRPC's own clients, as its documentation builds them. */
import type { ErrorReason } from '@parley/contract';
import type { AppRouter } from '@parley/server/api';
import {
  createTRPCClient,
  createWSClient,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  wsLink,
  type TRPCClient,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import superjson from 'superjson';
import { WebSocket } from 'ws';

import type { Source } from '../history.ts';
import type { AnyEvent, Sink, Transport, TransportOptions } from './device.ts';

/** Over one WebSocket, with keep-alive so that a half-open one is noticed. */
export function overSocket({ url, identity, onConnection }: TransportOptions): Transport {
  const wsClient = createWSClient({
    url: `${url.replace(/^http/, 'ws')}/trpc`,
    WebSocket: Quiet as unknown as typeof globalThis.WebSocket,
    connectionParams: async () => ({ token: await identity.token() }),
    retryDelayMs: (attempt) => Math.min(1000, 50 * 2 ** attempt),
    keepAlive: { enabled: true, intervalMs: 2000, pongTimeoutMs: 2000 },
    onOpen: () => onConnection(true),
    onClose: () => onConnection(false),
  });
  const client = createTRPCClient<AppRouter>({
    links: [wsLink({ client: wsClient, transformer: superjson })],
  });
  return {
    client,
    subscribe: (source, lastEventId, sink) => subscribe(client, { source, lastEventId, sink }),
    close: () => wsClient.close(),
  };
}

/** Calls over HTTP, subscriptions as server-sent events. */
export function overHttp({ url, identity, onConnection }: TransportOptions): Transport {
  const authorized = async (init: HeadersInit | undefined) => ({
    ...Object.fromEntries(new Headers(init)),
    authorization: `Bearer ${await identity.token()}`,
  });
  const client = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({
          url: `${url}/trpc`,
          transformer: superjson,
          EventSource,
          eventSourceOptions: () => ({
            fetch: async (address, init) => {
              const response = await fetch(address, { ...init, headers: await authorized(init.headers) });
              onConnection(response.ok);
              return response;
            },
          }),
        }),
        false: httpLink({
          url: `${url}/trpc`,
          transformer: superjson,
          headers: () => authorized(undefined),
        }),
      }),
    ],
  });
  return {
    client,
    subscribe: (source, lastEventId, sink) => subscribe(client, { source, lastEventId, sink }),
    close: () => Promise.resolve(),
  };
}

/** Its errors are heard by the client's own listener too. */
class Quiet extends WebSocket {
  constructor(...args: ConstructorParameters<typeof WebSocket>) {
    super(...args);
    this.on('error', () => undefined);
  }
}

function subscribe(
  client: TRPCClient<AppRouter>,
  { source, lastEventId, sink }: { source: Source; lastEventId: string; sink: Sink },
): { unsubscribe(): void } {
  const listeners = {
    onData: ({ id, data }: { id: string; data: AnyEvent }) => sink.value(id, data),
    onError: (error: { data?: { reason: ErrorReason } | null | undefined }) => sink.error(error.data?.reason),
    onComplete: () => sink.error(undefined),
  };
  return source === 'inbox'
    ? client.inbox.events.subscribe({ lastEventId }, listeners)
    : client.conversations.events.subscribe({ conversationId: source.room, lastEventId }, listeners);
}
