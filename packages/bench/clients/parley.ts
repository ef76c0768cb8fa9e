// Stock tRPC clients: a room is one conversation, a reader one of its people on one device.
import type { Session } from '@parley/contract';
import type { AppRouter } from '@parley/server/api';
import { createTRPCClient, createWSClient, httpLink, wsLink } from '@trpc/client';
import superjson from 'superjson';
import { WebSocket } from 'ws';

import type { BenchClient, Listener, OpenRoom } from './client.ts';

/** A conversation holds 250 people, and one of them writes. */
export const PARLEY_READERS = 249;
const PASSWORD = 'correct horse battery';
const AT_ONCE = 20;

export const openParleyRoom: OpenRoom = async (url, clients) => {
  const writer = await signUp(url, 'writer');
  const readers: Session[] = [];
  for (let first = 0; first < Math.min(clients, PARLEY_READERS); first += AT_ONCE) {
    const count = Math.min(AT_ONCE, Math.min(clients, PARLEY_READERS) - first);
    const some = Array.from({ length: count }, (_, index) => signUp(url, `reader-${first + index}`));
    readers.push(...(await Promise.all(some)));
  }
  const http = callOverHttp(url, writer.accessToken);
  const { id: conversationId } = await http.conversations.create.mutate({
    title: 'bench',
    participantIds: readers.map(({ user }) => user.id),
  });
  return {
    connect: (index, listener) => {
      const session = readers[index % readers.length];
      if (session === undefined) throw new Error('a room without readers');
      return connect({ url, token: session.accessToken, conversationId }, listener);
    },
    broadcast: async (content) => {
      await http.messages.send.mutate({ conversationId, content });
    },
  };
};

function connect(
  { url, token, conversationId }: { url: string; token: string; conversationId: string },
  listener: Listener,
): Promise<BenchClient> {
  let socket: WebSocket | undefined;
  let delayMs = 0;
  class Watched extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      // oxlint-disable-next-line typescript/no-this-alias -- the library keeps its socket to itself
      socket = this;
      this.once('open', () => listener.opened());
      // The library hears of it through its own listener too.
      this.on('error', () => undefined);
    }
  }
  const wsClient = createWSClient({
    url: `${url.replace(/^http/, 'ws')}/trpc`,
    WebSocket: Watched as unknown as typeof globalThis.WebSocket,
    connectionParams: () => ({ token }),
    retryDelayMs: () => delayMs,
  });
  const client = createTRPCClient<AppRouter>({
    links: [wsLink({ client: wsClient, transformer: superjson })],
  });
  const reader: BenchClient = {
    cut(downMs) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      delayMs = downMs;
      socket.terminate();
      return true;
    },
    close: () => void wsClient.close(),
  };
  return new Promise((resolve, reject) => {
    client.conversations.events.subscribe(
      { conversationId },
      {
        onData: ({ data: { type, payload } }) => {
          if (type === 'message') listener.delivered(payload.content);
          if (type !== 'joined') return;
          if (payload.resumed) listener.resumed();
          resolve(reader);
        },
        onError: (error) => {
          listener.failed(error);
          reject(error);
        },
      },
    );
  });
}

function callOverHttp(url: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/trpc`, transformer: superjson, headers })],
  });
}

function signUp(url: string, username: string): Promise<Session> {
  const email = `${username}@parley.test`;
  return callOverHttp(url).auth.register.mutate({ email, username, password: PASSWORD });
}
