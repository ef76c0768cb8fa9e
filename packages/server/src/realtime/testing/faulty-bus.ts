import type { Bus, Listener } from '../../bus/bus.ts';
import { EmitterBus } from '../../bus/emitter-bus.ts';
import type { Frame } from '../../bus/frame.ts';

/** A bus that loses, doubles and holds back as a test tells it. */
export class FaultyBus implements Bus {
  readonly isUp = true;
  readonly #bus = new EmitterBus(() => undefined);
  #lost: () => void = () => undefined;
  carry: (frame: Frame) => Frame[] = (frame) => [frame];

  publish(topic: string, frame: Frame): void {
    for (const one of this.carry(frame)) this.#bus.publish(topic, one);
  }
  subscribe(topic: string, listener: Listener): Promise<() => void> {
    return this.#bus.subscribe(topic, listener);
  }
  onLoss(listener: () => void): () => void {
    this.#lost = listener;
    return () => undefined;
  }
  /** Says that frames may have been lost. */
  lose(): void {
    this.#lost();
  }
  close(): Promise<void> {
    return this.#bus.close();
  }
}
