import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Frame } from '../bus/frame.ts';
import { encodeEvent, type AnyEvent } from '../core/event.ts';
import type { LiveEvent } from './live-event.ts';
import { LoggedLive } from './logged-live.ts';
import type { Outgoing } from './outgoing.ts';
import type { ParkedReader, Reader } from './reader.ts';
import { RING_FRAMES, RingBudget } from './ring.ts';
import { LiveTopic } from './topic.ts';

const frame = (seq: number | null, options: Partial<Frame> = {}): Frame => ({
  seq,
  type: 'message',
  ...encodeEvent({ type: options.type ?? 'message', payload: seq }),
  ...options,
});

class Spy implements Reader {
  readonly userId: string;
  woken = 0;
  told: AnyEvent[] = [];
  constructor(userId: string) {
    this.userId = userId;
  }
  wake(): void {
    this.woken += 1;
  }
  tell({ event }: LiveEvent): void {
    this.told.push(event);
  }
}

/** Is given what comes, but for one event. */
class Given extends Spy implements ParkedReader {
  given: (number | null)[] = [];
  readonly #failsAt: number;
  constructor(userId: string, failsAt = -1) {
    super(userId);
    this.#failsAt = failsAt;
  }
  take({ seq }: Outgoing): boolean {
    if (seq === this.#failsAt) throw new Error('no');
    this.given.push(seq);
    return true;
  }
}

describe('a live topic', () => {
  it('keeps the newest frames and says when a reader is behind them', () => {
    const topic = new LiveTopic(0, new RingBudget(), () => undefined);
    for (let seq = 1; seq <= RING_FRAMES + 10; seq += 1) topic.accept(frame(seq));
    expect(topic.after(9)).toBeUndefined();
    expect(topic.after(10)?.map(({ seq }) => seq)).toEqual(
      Array.from({ length: RING_FRAMES }, (_, i) => i + 11),
    );
    expect(topic.after(topic.head)).toEqual([]);
  });

  it('ignores what it has had, and sends readers to the log over a hole', () => {
    const topic = new LiveTopic(4, new RingBudget(), () => undefined);
    const reader = new Spy('a');
    topic.seat(reader);
    topic.accept(frame(5));
    topic.accept(frame(5));
    expect([reader.woken, topic.head]).toEqual([1, 5]);
    topic.accept(frame(8));
    expect([topic.after(5), topic.after(7)?.length]).toEqual([undefined, 1]);
    topic.accept(frame(6));
    expect([reader.woken, topic.head]).toEqual([2, 8]);
    topic.raise(8);
    topic.raise(20);
    expect([reader.woken, topic.head, topic.after(8)]).toEqual([3, 20, undefined]);
  });

  it('passes nobody over where one cannot be given an event', () => {
    const topic = new LiveTopic(0, new RingBudget(), () => undefined);
    const [failing, other] = [new Given('a', 2), new Given('b')];
    topic.park(failing);
    topic.park(other);
    topic.accept(frame(1));
    expect(() => topic.accept(frame(2))).toThrow('no');
    topic.accept(frame(3));
    expect([failing.given, other.given]).toEqual([[1], [1]]);
    expect(other.woken).toBeGreaterThan(0);
    expect([topic.head, topic.after(1)]).toEqual([3, undefined]);
  });

  it('tells an ephemeral event to everyone but the one it excepts', () => {
    const topic = new LiveTopic(0, new RingBudget(), () => undefined);
    const [ana, ben] = [new Spy('ana'), new Spy('ben')];
    topic.seat(ana);
    topic.seat(ben);
    topic.accept(frame(null, { except: 'ana' }));
    expect([ana.told.length, ben.told.length, topic.head]).toEqual([0, 1, 0]);
  });

  it('raises its head to what an ephemeral event comes after, before anyone is told', () => {
    const topic = new LiveTopic(3, new RingBudget(), () => undefined);
    const reader = new Spy('a');
    const heads: number[] = [];
    reader.tell = () => heads.push(topic.head);
    topic.seat(reader);
    for (const after of [5, 4]) topic.accept(frame(null, { after }));
    expect([heads, reader.woken, topic.after(3)]).toEqual([[5, 5], 1, undefined]);
  });

  it.each(['message-deleted', 'conversation-removed'])('keeps nothing from before a %s', (type) => {
    const topic = new LiveTopic(0, new RingBudget(), () => undefined);
    for (const seq of [1, 2]) topic.accept(frame(seq));
    topic.accept(frame(3, { type }));
    topic.accept(frame(4));
    expect(topic.after(1)).toBeUndefined();
    expect(topic.after(2)?.map(({ seq }) => seq)).toEqual([3, 4]);
  });

  it('takes what was read from the log, unless something has come since', () => {
    const topic = new LiveTopic(10, new RingBudget(), () => undefined);
    const page = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) =>
        LoggedLive.of({
          seq: from + index,
          event: { type: 'message', payload: from + index } as unknown as AnyEvent,
        }),
      );
    topic.fill(page(5, 9), 10);
    topic.fill(page(5, 9), 9);
    expect(topic.after(9)).toBeUndefined();
    topic.fill(page(5, 10), 10);
    topic.accept(frame(11));
    topic.fill(page(3, 11), 11);
    topic.fill(page(1, 2), 10);
    expect(topic.after(1)).toBeUndefined();
    expect(topic.after(2)?.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
    topic.raise(RING_FRAMES + 20);
    topic.fill(page(1, RING_FRAMES + 20), RING_FRAMES + 20);
    expect(topic.after(19)).toBeUndefined();
    expect(topic.after(20)).toHaveLength(RING_FRAMES);
  });

  it('never gives a reader a hole, whatever the bus loses, doubles and reorders', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 200 }),
        fc.nat(40),
        (seqs, after) => {
          const topic = new LiveTopic(0, new RingBudget(), () => undefined);
          for (const seq of seqs) topic.accept(frame(seq));
          expect(topic.head).toBe(Math.max(0, ...seqs));
          const events = topic.after(Math.min(after, topic.head));
          if (events === undefined) return;
          const from = Math.min(after, topic.head);
          expect(events.map(({ seq }) => seq)).toEqual(
            Array.from({ length: topic.head - from }, (_, index) => from + index + 1),
          );
        },
      ),
    );
  });
});
