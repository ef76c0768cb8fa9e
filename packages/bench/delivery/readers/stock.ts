// The libraries' own clients, as their documentation has them: some of the connections are theirs.
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { io } from 'socket.io-client';
import superjson from 'superjson';
import { WebSocket } from 'ws';

import type { RoomEvent } from '../subject.ts';
import type { Protocol, Seat } from './reader.ts';

const eventIn = (frame: string): unknown => JSON.parse(frame);

/** A frame of an event that has come with its dates. */
function frameOf(event: RoomEvent): string {
  if (!(event.payload.createdAt instanceof Date)) throw new Error('a client gave a date as text');
  return JSON.stringify(event);
}

/** Of any router with these subscriptions: Parley's and the stock one. */
interface Subscribing {
  conversations: { events: { subscribe: Subscribe } };
  inbox: { events: { subscribe: Subscribe } };
}

type Subscribe = (
  input: object,
  options: { onData: (value: { data: RoomEvent }) => void; onError: (cause: Error) => void },
) => void;

export const stockTrpc: Protocol = {
  eventIn,
  async join({ url, token, room, inbox, after, hear, lost }: Seat) {
    const socket = createWSClient({
      url: `${url.replace(/^http/, 'ws')}/trpc`,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      connectionParams: () => ({ token }),
    });
    const client = createTRPCClient({
      links: [wsLink({ client: socket, transformer: superjson })],
    }) as unknown as Subscribing;
    const follow = (subscribe: Subscribe, input: object, take: (event: RoomEvent) => void) =>
      new Promise<void>((resolve, reject) => {
        const onData = ({ data }: { data: RoomEvent }) => {
          resolve();
          take(data);
        };
        const onError = (cause: Error) => {
          reject(cause);
          lost(cause);
        };
        subscribe(input, { onData, onError });
      });
    const place = after === undefined ? {} : { lastEventId: `${after}` };
    await follow(
      (...call) => client.conversations.events.subscribe(...call),
      { conversationId: room, ...place },
      (event) => {
        if (event.type === 'message') hear(frameOf(event));
      },
    );
    if (inbox)
      await follow(
        (...call) => client.inbox.events.subscribe(...call),
        {},
        () => undefined,
      );
    return { leave: () => socket.close(), cut: () => void socket.close() };
  },
};

export const stockSocketIo: Protocol = {
  eventIn,
  async join({ url, token, room, hear, lost }: Seat) {
    const socket = io(url, { transports: ['websocket'], forceNew: true, auth: { token } });
    await new Promise<void>((resolve, reject) => {
      socket.on('connect', resolve);
      socket.on('connect_error', reject);
    });
    // It knows no dates: they come as text.
    socket.on('message', (payload: unknown) => hear(JSON.stringify({ type: 'message', payload })));
    socket.on('disconnect', (reason) => {
      if (reason !== 'io client disconnect') lost(new Error(reason));
    });
    await socket.emitWithAck('join', room);
    return {
      leave: () => {
        socket.close();
        return Promise.resolve();
      },
      cut: () => void socket.close(),
    };
  },
};
