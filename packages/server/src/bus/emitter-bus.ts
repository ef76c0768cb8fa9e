import { EventEmitter } from 'node:events';

import type { Bus, Listener } from './bus.ts';
import type { Frame } from './frame.ts';

/** What follows it is a microtask, without the resource of its own that `queueMicrotask` makes for each. */
const SETTLED = Promise.resolve();

/**
 * A bus within one process, on Node's EventEmitter. Loses, doubles and reorders nothing; what is published in one go is
 * delivered in one.
 */
export class EmitterBus implements Bus {
  readonly isUp = true;
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #onError: (error: unknown) => void;
  #waiting: { topic: string; frame: Frame }[] = [];
  #closed = false;

  /** `onError` is told what a listener throws. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  publish(topic: string, frame: Frame): void {
    // Nobody who subscribes later is told it.
    if (this.#emitter.listenerCount(topic) === 0) return;
    if (this.#waiting.length === 0) void SETTLED.then(() => this.#deliver());
    this.#waiting.push({ topic, frame });
  }

  subscribe(topic: string, listener: Listener): Promise<() => void> {
    let subscribed = true;
    const guarded: Listener = (frame) => {
      // An emit goes on with the listeners it began with.
      if (!subscribed || this.#closed) return;
      try {
        listener(frame);
      } catch (error) {
        this.#onError(error);
      }
    };
    this.#emitter.on(topic, guarded);
    return Promise.resolve(() => {
      subscribed = false;
      this.#emitter.off(topic, guarded);
    });
  }

  /** Never: nothing is lost. */
  onLoss(_listener: () => void): () => void {
    return () => undefined;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#emitter.removeAllListeners();
    return Promise.resolve();
  }

  #deliver(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { topic, frame } of waiting) this.#emitter.emit(topic, frame);
  }
}
