// Stock tRPC clients: a room is one conversation, a reader one of its people on one device.
import type { Session } from '@parley/contract';
import type { AppRouter } from '@parley/server/api';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import superjson from 'superjson';
import { WebSocket } from 'ws';

import type { BenchClient, Listener, OpenRoom } from './client.ts';
import { httpTo, Retries, signUp } from './parley-http.ts';

const AT_ONCE = 20;

export const openParleyRoom: OpenRoom = async ({ url, people }) => {
  const writer = await signUp(url, 'writer');
  const readers: Session[] = [];
  for (let first = 0; first < people; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, people - first) }, (_, index) =>
      signUp(url, `reader-${first + index}`),
    );
    readers.push(...(await Promise.all(some)));
  }
  const again = new Retries();
  const http = createTRPCClient<AppRouter>({ links: [again.link(), httpTo(url, writer.accessToken)] });
  const { id: conversationId } = await http.conversations.create.mutate({
    title: 'bench',
    participantIds: readers.map(({ user }) => user.id),
  });
  return {
    get refused() {
      return again.count;
    },
    connect: (index, listener) => {
      const session = readers[index % readers.length];
      if (session === undefined) throw new Error('a room without readers');
      return connect({ url, token: session.accessToken, conversationId, again }, listener);
    },
    // The same clientId: a retry of what had been written all the same is not a second message.
    broadcast: async (content) => {
      await http.messages.send.mutate({ conversationId, content, clientId: content.split(' ')[0] });
    },
  };
};

interface Seat {
  url: string;
  token: string;
  conversationId: string;
  again: Retries;
}

function connect({ url, token, conversationId, again }: Seat, listener: Listener): Promise<BenchClient> {
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
    links: [again.link(), wsLink({ client: wsClient, transformer: superjson })],
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
