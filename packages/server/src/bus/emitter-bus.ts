import type { Bus, Listener } from './bus.ts';
import type { Frame } from './frame.ts';

/** A listener, and whether it still is one. */
interface Subscription {
  readonly listener: Listener;
  isOver: boolean;
}

/** A bus within one process. Loses, doubles and reorders nothing; what is published in one go is delivered in one. */
export class EmitterBus implements Bus {
  readonly isUp = true;
  /** A list is never changed: what is on its way goes to those who were there when it was published. */
  readonly #topics = new Map<string, readonly Subscription[]>();
  readonly #onError: (error: unknown) => void;
  #waiting: { to: readonly Subscription[]; frame: Frame }[] = [];
  #closed = false;

  /** `onError` is told what a listener throws. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  publish(topic: string, frame: Frame): void {
    const to = this.#topics.get(topic);
    if (to === undefined) return;
    if (this.#waiting.length === 0) queueMicrotask(() => this.#deliver());
    this.#waiting.push({ to, frame });
  }

  subscribe(topic: string, listener: Listener): Promise<() => void> {
    const subscription = { listener, isOver: false };
    // A list of just as many: one that is added to has room for sixteen more.
    this.#topics.set(topic, (this.#topics.get(topic) ?? []).concat([subscription]));
    return Promise.resolve(() => {
      if (subscription.isOver) return;
      subscription.isOver = true;
      const others = (this.#topics.get(topic) ?? []).filter((one) => one !== subscription);
      if (others.length > 0) this.#topics.set(topic, others);
      else this.#topics.delete(topic);
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
    for (const { to, frame } of waiting)
      for (const subscription of to)
        if (!subscription.isOver && !this.#closed) this.#call(subscription, frame);
  }

  #call({ listener }: Subscription, frame: Frame): void {
    try {
      listener(frame);
    } catch (error) {
      this.#onError(error);
    }
  }
}
