// Stock tRPC as its documentation has it: an async generator over an EventEmitter, tracked, with superjson.
import { EventEmitter, on } from 'node:events';

import { initTRPC, tracked, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { z } from 'zod';

import { roomId, verifyToken } from '../hall.ts';
import type { Deliverer, RoomEvent } from '../subject.ts';

const events = new EventEmitter().setMaxListeners(0);

interface Context {
  person: string;
}

export function createContext({
  info,
}: {
  info: { connectionParams: Readonly<Record<string, string | undefined>> | null };
}): Context {
  try {
    return { person: verifyToken(info.connectionParams?.['token'] ?? '') };
  } catch {
    throw new TRPCError({ code: 'UNAUTHORIZED' });
  }
}

const t = initTRPC.context<Context>().create({ transformer: superjson });

async function* follow(name: string, signal: AbortSignal | undefined) {
  // Before the first value: what comes meanwhile waits.
  const iterable = on(events, name, { signal });
  yield tracked('0', { type: 'joined' });
  for await (const [event] of iterable as AsyncIterable<[RoomEvent]>) {
    yield tracked(String(event.payload.seq), event);
  }
}

export const appRouter = t.router({
  conversations: t.router({
    events: t.procedure
      .input(z.object({ conversationId: z.string() }))
      .subscription(({ input, signal }) => follow(input.conversationId, signal)),
  }),
  inbox: t.router({
    events: t.procedure.subscription(({ ctx, signal }) => follow(ctx.person, signal)),
  }),
});

export const publish: Deliverer['publish'] = (hall, room, event) =>
  void events.emit(roomId(hall, room), event);
