import type { Frame } from './frame.ts';

export type Listener = (frame: Frame) => void;

/**
 * Carries frames between the processes of one deployment, this one included. The law of every implementation:
 *
 * 1. `publish` never throws and never waits: what it says is a hint, the log is the truth.
 * 2. A frame may be lost, doubled or reordered without harm; listeners must bear all three.
 * 3. Once `subscribe` has resolved, frames published afterwards, by any process, reach the listener; while there is no
 *    way to other processes, this one's do, and 7 holds when there is one again.
 * 4. A listener is called outside of `publish`, never twice at once, and one that throws hurts no other.
 * 5. Unsubscribing is immediate: the listener is not called again.
 * 6. After `close` nothing is delivered, and both `publish` and unsubscribing do nothing.
 * 7. When frames of other processes may have been lost, and every subscription is in place again, each listener of
 *    `onLoss` is called.
 */
export interface Bus {
  /** Whether frames reach the other processes and theirs come here, as far as is known. */
  readonly isUp: boolean;
  publish(topic: string, frame: Frame): void;
  subscribe(topic: string, listener: Listener): Promise<() => void>;
  /** Returns what unsubscribes. The listener must not throw. */
  onLoss(listener: () => void): () => void;
  close(): Promise<void>;
}
