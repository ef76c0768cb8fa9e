import type { Bus, Listener } from './bus.ts';
import type { Frame } from './frame.ts';

/** A bus within one process. Loses, doubles and reorders nothing; what is published in one go is delivered in one. */
export class EmitterBus implements Bus {
  readonly isUp = true;
  readonly #topics = new Map<string, Set<Listener>>();
  readonly #onError: (error: unknown) => void;
  #waiting: { topic: string; frame: Frame }[] = [];
  #closed = false;

  /** `onError` is told what a listener throws. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  publish(topic: string, frame: Frame): void {
    // Nobody who subscribes later is told it.
    if (!this.#topics.has(topic)) return;
    if (this.#waiting.length === 0) queueMicrotask(() => this.#deliver());
    this.#waiting.push({ topic, frame });
  }

  subscribe(topic: string, listener: Listener): Promise<() => void> {
    const own: Listener = (frame) => listener(frame);
    const listeners = this.#topics.get(topic) ?? new Set<Listener>();
    this.#topics.set(topic, listeners.add(own));
    return Promise.resolve(() => {
      if (listeners.delete(own) && listeners.size === 0 && this.#topics.get(topic) === listeners)
        this.#topics.delete(topic);
    });
  }

  /** Never: nothing is lost. */
  onLoss(_listener: () => void): () => void {
    return () => undefined;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#topics.clear();
    return Promise.resolve();
  }

  #deliver(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { topic, frame } of waiting) {
      for (const listener of this.#topics.get(topic) ?? []) {
        if (this.#closed) return;
        try {
          listener(frame);
        } catch (error) {
          this.#onError(error);
        }
      }
    }
  }
}
