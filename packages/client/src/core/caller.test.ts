import type { AppRouter } from '@parley/server/api';
import { getUntypedClient, type Operation, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { describe, expect, it } from 'vitest';

import { createCalls } from './caller.ts';
import { Failure } from './failure.ts';

type Envelope = { result: { type: 'data'; id?: string; data: unknown } | { type: 'started' } };

/** A link that keeps what it is asked, and answers as it is told. */
function linkOf(answer: (op: Operation, next: (envelope: Envelope) => void) => Error | void) {
  const asked: Operation[] = [];
  const state = { ended: 0 };
  const link: TRPCLink<AppRouter> =
    () =>
    ({ op }) =>
      observable((observer) => {
        asked.push(op);
        const error = answer(op, (envelope) => observer.next(envelope));
        if (error !== undefined) observer.error(Failure.from(error));
        else if (op.type !== 'subscription') observer.complete();
        return () => {
          state.ended += 1;
        };
      });
  return { link, asked, state };
}

const value = (data: unknown): Envelope => ({ result: { type: 'data', data } });

describe('calls', () => {
  it('go through the links in order, with their path, input, context and signal', async () => {
    const { link, asked } = linkOf((_op, next) => next(value('pong')));
    const renamed: TRPCLink<AppRouter> =
      () =>
      ({ op, next }) =>
        next({ ...op, path: `first.${op.path}` });
    const trpc = createCalls([renamed, link]);
    const { signal } = new AbortController();
    expect(await trpc.presence.get.query({ userIds: ['a'] }, { signal, context: { from: 'here' } })).toBe(
      'pong',
    );
    expect(await trpc.typing.set.mutate({ conversationId: 'c', isTyping: true })).toBe('pong');
    expect(asked).toMatchObject([
      {
        type: 'query',
        path: 'first.presence.get',
        input: { userIds: ['a'] },
        context: { from: 'here' },
        id: 1,
      },
      { type: 'mutation', path: 'first.typing.set', context: {}, id: 2 },
    ]);
    expect(asked[0]?.signal).toBe(signal);
  });

  it('reject with an error as tRPC’s, also when nothing was answered', async () => {
    const cause = new Error('no');
    const refused = createCalls([linkOf(() => cause).link]).auth.me.query();
    await expect(refused).rejects.toSatisfy((it) => it instanceof Failure && it.cause === cause);
    const silent = createCalls([linkOf(() => undefined).link]).auth.me.query();
    await expect(silent).rejects.toBeInstanceOf(Failure);
    const broken: TRPCLink<AppRouter> = () => () => {
      throw cause;
    };
    await expect(createCalls([broken]).auth.me.query()).rejects.toBeInstanceOf(Failure);
  });

  it('iterate over a subscription: each value, then why it ended', async () => {
    const { link, state } = linkOf((_op, next) => {
      for (const data of ['one', 'two']) next(value(data));
      return new Error('over');
    });
    const seen: unknown[] = [];
    const loop = async () => {
      for await (const it of createCalls([link]).inbox.events.subscribe(undefined)) seen.push(it);
    };
    await expect(loop()).rejects.toThrow('over');
    expect(seen).toEqual(['one', 'two']);
    expect(state.ended).toBe(1);
  });

  it('end a subscription when the loop is left, and when the signal says so', async () => {
    const { link, state } = linkOf((_op, next) => next(value('one')));
    const trpc = createCalls([link]);
    for await (const it of trpc.inbox.events.subscribe(undefined)) {
      expect(it).toBe('one');
      break;
    }
    expect(state.ended).toBe(1);
    const abort = new AbortController();
    const seen: unknown[] = [];
    for await (const it of trpc.inbox.events.subscribe(undefined, { signal: abort.signal })) {
      seen.push(it);
      abort.abort();
    }
    expect(seen).toEqual(['one']);
    expect(state.ended).toBe(2);
  });

  it('go on from the last value where a loop over a subscription was too far behind, and lose none', async () => {
    let seq = 0;
    const { link, asked, state } = linkOf((op, next) => {
      const { lastEventId } = op.input as { lastEventId?: string };
      seq = Number(lastEventId ?? 0);
      const live = () => {
        for (; seq < 2_500 && state.ended < asked.length;) {
          seq += 1;
          next({ result: { type: 'data', id: String(seq), data: seq } });
        }
      };
      queueMicrotask(live);
    });
    const seen: unknown[] = [];
    for await (const it of createCalls([link]).conversations.events.subscribe({ conversationId: 'c' })) {
      seen.push(it);
      if (seen.length === 2_500) break;
    }
    expect(seen).toEqual(Array.from({ length: 2_500 }, (_, at) => at + 1));
    expect(asked.map(({ input }) => input)).toEqual([
      { conversationId: 'c' },
      { conversationId: 'c', lastEventId: '1000' },
      { conversationId: 'c', lastEventId: '2000' },
    ]);
    expect(state.ended).toBe(3);
  });

  it('are the same functions each time, are no promise, and can be printed', async () => {
    const { link } = linkOf((_op, next) => next(value('pong')));
    const trpc = createCalls([link]);
    expect(trpc.auth.me.query).toBe(trpc.auth.me.query);
    expect(await Promise.resolve(trpc)).toBe(trpc);
    expect(JSON.stringify({ trpc })).toBe('{"trpc":"tRPC.toJSON"}');
    expect(await getUntypedClient(trpc).query('auth.me')).toBe('pong');
  });
});
