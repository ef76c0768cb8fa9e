import type { Frame } from './frame.ts';

export type Listener = (frame: Frame) => void;

/**
 * Carries frames between the processes of one deployment, this one included. The law of every implementation:
 *
 * 1. `publish` never throws and never waits: what it says is a hint, the log is the truth.
 * 2. A frame may be lost, doubled or reordered without harm; listeners must bear all three.
 * 3. Once `subscribe` has resolved, frames published afterwards, by any process, reach the listener.
 * 4. A listener is called outside of `publish`, never twice at once, and one that throws hurts no other.
 * 5. Unsubscribing is immediate: the listener is not called again.
 * 6. After `close` nothing is delivered, and both `publish` and unsubscribing do nothing.
 */
export interface Bus {
  publish(topic: string, frame: Frame): void;
  subscribe(topic: string, listener: Listener): Promise<() => void>;
  close(): Promise<void>;
}
