/** One event on its way to the readers that wait at the head of a topic: encoded once, and framed once for all that ask by the same id. */
import type { CallId, Outlet } from '../core/connection.ts';
import type { LiveEvent } from './live-event.ts';
import { trackedText } from './tracked-text.ts';

/** Frames of one event that are kept for other readers. Clients count their requests, so most have the same few ids. */
export const KEPT_FRAMES = 64;

export class Outgoing {
  readonly live: LiveEvent;
  /** Null for an ephemeral event. */
  readonly seq: number | null;
  readonly #rest: Buffer;
  readonly #frames = new Map<CallId, Buffer>();
  #lastId: CallId | undefined;
  #last: Buffer | undefined;
  #looksAt: ReadonlySet<string> | undefined;
  #isPlain = false;

  /** `head`: the seq of a durable event, or of the one before an ephemeral one. */
  constructor(live: LiveEvent, { seq, head }: { seq: number | null; head: number }) {
    this.live = live;
    this.seq = seq;
    this.#rest = Buffer.from(trackedText(String(head), live.body));
  }

  /** Whether nobody who looks at these types need look at it. */
  isPlainTo(looksAt: ReadonlySet<string>): boolean {
    if (looksAt !== this.#looksAt) {
      this.#looksAt = looksAt;
      this.#isPlain = !looksAt.has(this.live.type);
    }
    return this.#isPlain;
  }

  frameFor(callId: CallId, outlet: Outlet): Buffer {
    if (this.#last !== undefined && callId === this.#lastId) return this.#last;
    const frame = this.#frames.get(callId) ?? outlet.frame(`{"id":${JSON.stringify(callId)},`, this.#rest);
    if (this.#frames.size < KEPT_FRAMES) this.#frames.set(callId, frame);
    this.#lastId = callId;
    this.#last = frame;
    return frame;
  }
}
