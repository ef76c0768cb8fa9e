import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Frame } from '../bus/frame.ts';
import { encodeEvent, type AnyEvent } from '../core/event.ts';
import type { Reader } from './reader.ts';
import { LiveTopic, RING_FRAMES } from './topic.ts';

const frame = (seq: number | null, except?: string): Frame => ({
  seq,
  type: 'message',
  body: encodeEvent({ type: 'message', payload: seq }),
  ...(except !== undefined && { except }),
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
  tell(told: AnyEvent): void {
    this.told.push(told);
  }
  end(): void {}
}

describe('a live topic', () => {
  it('keeps the newest frames and says when a reader is behind them', () => {
    const topic = new LiveTopic(0);
    for (let seq = 1; seq <= RING_FRAMES + 10; seq += 1) topic.accept(frame(seq));
    expect(topic.after(9)).toBeUndefined();
    expect(topic.after(10)?.map(({ seq }) => seq)).toEqual(
      Array.from({ length: RING_FRAMES }, (_, i) => i + 11),
    );
    expect(topic.after(topic.head)).toEqual([]);
  });

  it('ignores what it has had, and sends readers to the log over a hole', () => {
    const topic = new LiveTopic(4);
    const reader = new Spy('a');
    topic.readers.add(reader);
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

  it('tells an ephemeral event to everyone but the one it excepts', () => {
    const topic = new LiveTopic(0);
    const [ana, ben] = [new Spy('ana'), new Spy('ben')];
    topic.readers.add(ana).add(ben);
    topic.accept(frame(null, 'ana'));
    expect([ana.told.length, ben.told.length, topic.head]).toEqual([0, 1, 0]);
  });

  it('never gives a reader a hole, whatever the bus loses, doubles and reorders', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 200 }),
        fc.nat(40),
        (seqs, after) => {
          const topic = new LiveTopic(0);
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
