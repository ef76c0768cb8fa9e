// tRPC 11 on a WebSocket, with superjson; the same frames for Parley and for stock tRPC.
import type { Protocol, Seat } from './reader.ts';
import { joinSocket } from './socket.ts';

const [ROOM, INBOX] = [1, 2];
const [PING, PONG] = ['PING', 'PONG'];

interface Value {
  json: { id: string; data: { type: string; payload: { seq?: number; createdAt?: unknown } } };
  meta?: { values?: Record<string, unknown> };
}

interface Frame {
  id: number;
  error?: { json: { message: string } };
  result?: { type: string; data?: Value };
}

const subscribe = (id: number, path: string, input: object) =>
  JSON.stringify({ id, method: 'subscription', params: { path, input: { json: input } } });

/** What asks for the room, and for the inbox. */
function subscriptionsOf({ room, inbox, after }: Seat): string[] {
  const place = after === undefined ? {} : { lastEventId: `${after}` };
  return [
    subscribe(ROOM, 'conversations.events', { conversationId: room, ...place }),
    ...(inbox ? [subscribe(INBOX, 'inbox.events', {})] : []),
  ];
}

export const trpcWs: Protocol = {
  join(seat) {
    const [paramsFrame, ...calls] = [
      JSON.stringify({ method: 'connectionParams', data: { token: seat.token } }),
      ...subscriptionsOf(seat),
    ];
    const waiting = new Set(seat.inbox ? [ROOM, INBOX] : [ROOM]);
    return joinSocket(seat, {
      path: '/trpc?connectionParams=1',
      begin(say) {
        say(paramsFrame);
        for (const call of calls) say(call);
      },
      answer(frame) {
        const { id, error, result } = JSON.parse(frame) as Frame;
        if (error !== undefined) throw new Error(`a subscription was refused: ${error.json.message}`);
        if (result?.data !== undefined) waiting.delete(id);
        return waiting.size === 0;
      },
      tend(frame, say) {
        if (frame !== PING) return false;
        say(PONG);
        return true;
      },
    });
  },
  eventIn(frame) {
    const { id, result } = JSON.parse(frame) as Frame;
    return id === ROOM && result?.type === 'data' ? eventOfValue(result.data) : undefined;
  },
};

/** Without what superjson and tracking add, which must be right. */
export function eventOfValue(value: Value | undefined): unknown {
  if (value?.json.data.type !== 'message') return undefined;
  const { id, data } = value.json;
  const isDated = value.meta?.values?.['data.payload.createdAt'];
  if (id !== `${data.payload.seq}` || JSON.stringify(isDated) !== '["Date"]')
    throw new Error(`a value of another id or without its date: ${JSON.stringify(value)}`);
  return data;
}
