/**
 * A bus that loses, doubles, delays and so reorders frames, as the law of buses allows: always a little, and much in a
 * storm.
 */
import type { Bus, Frame, Listener } from '@parley/server';

import type { Random } from '../random.ts';

interface Rates {
  lost: number;
  doubled: number;
  late: number;
  lateMs: number;
}

const USUAL: Rates = { lost: 0.02, doubled: 0.03, late: 0.05, lateMs: 150 };
const STORM: Rates = { lost: 0.5, doubled: 0.2, late: 0.2, lateMs: 1000 };

export class FaultyBus implements Bus {
  readonly #inner: Bus;
  readonly #random: Random;
  #stormUntil = 0;
  #closed = false;

  constructor(inner: Bus, random: Random) {
    this.#inner = inner;
    this.#random = random;
  }

  get isUp(): boolean {
    return this.#inner.isUp;
  }

  storm(ms: number): void {
    this.#stormUntil = Date.now() + ms;
  }

  publish(topic: string, frame: Frame): void {
    this.#inner.publish(topic, frame);
  }

  subscribe(topic: string, listener: Listener): Promise<() => void> {
    let isActive = true;
    const hear = (frame: Frame) => {
      if (isActive && !this.#closed) listener(frame);
    };
    const subscribing = this.#inner.subscribe(topic, (frame) => this.#deliver(frame, hear));
    return subscribing.then((unsubscribe) => () => {
      isActive = false;
      unsubscribe();
    });
  }

  onLoss(listener: () => void): () => void {
    return this.#inner.onLoss(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#inner.close();
  }

  #deliver(frame: Frame, hear: Listener): void {
    const { lost, doubled, late, lateMs } = Date.now() < this.#stormUntil ? STORM : USUAL;
    if (this.#random.chance(lost)) return;
    const copies = this.#random.chance(doubled) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (copy > 0 || this.#random.chance(late)) setTimeout(hear, this.#random.between(1, lateMs), frame);
      else hear(frame);
    }
  }
}
