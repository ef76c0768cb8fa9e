/** One event on its way to the readers that wait at the head of a topic: encoded once, and framed once for all that ask by the same id. */
import type { CallId, Frame, Outlet } from '../core/connection.ts';
import { trackedText } from '../core/event.ts';
import type { LiveEvent } from './live-event.ts';

/** Frames of one event that are kept for other readers. Clients count their requests, so most have the same few ids. */
export const KEPT_FRAMES = 64;

export class Outgoing {
  readonly live: LiveEvent;
  /** Null for an ephemeral event. */
  readonly seq: number | null;
  /** What follows the request's id, and how long it is as UTF-8. */
  readonly #rest: string;
  readonly #bytes: number;
  /** By request id, where there is more than one. */
  #frames: Map<CallId, Frame> | undefined;
  #lastId: CallId | undefined;
  #last: Frame | undefined;
  #looksAt: ReadonlySet<string> | undefined;
  #isPlain = false;

  /** `head`: the seq of a durable event, or of the one before an ephemeral one. */
  constructor(live: LiveEvent, { seq, head }: { seq: number | null; head: number }) {
    this.live = live;
    this.seq = seq;
    const { text } = live;
    this.#rest = `"result":${trackedText(String(head), text)}}`;
    this.#bytes = this.#rest.length + surplusOf(text.body) + surplusOf(text.meta ?? '');
  }

  /** Whether nobody who looks at these types need look at it. */
  isPlainTo(looksAt: ReadonlySet<string>): boolean {
    if (looksAt !== this.#looksAt) {
      this.#looksAt = looksAt;
      this.#isPlain = !looksAt.has(this.live.type);
    }
    return this.#isPlain;
  }

  frameFor(callId: CallId, outlet: Outlet): Frame {
    if (this.#last !== undefined && callId === this.#lastId) return this.#last;
    const known = this.#frames?.get(callId);
    const frame = known ?? this.#frame(callId, outlet);
    if (known === undefined && this.#last !== undefined) this.#keep(callId, frame);
    this.#lastId = callId;
    this.#last = frame;
    return frame;
  }

  #frame(callId: CallId, outlet: Outlet): Frame {
    const id = typeof callId === 'number' ? String(callId) : JSON.stringify(callId);
    const begin = `{"id":${id},`;
    return outlet.frame(begin + this.#rest, Buffer.byteLength(begin) + this.#bytes);
  }

  #keep(callId: CallId, frame: Frame): void {
    this.#frames ??= new Map(this.#lastId === undefined ? [] : [[this.#lastId, this.#last as Frame]]);
    if (this.#frames.size < KEPT_FRAMES) this.#frames.set(callId, frame);
  }
}

/** Bytes beyond its characters. The parts are counted, since the whole is put together only where it is written. */
const surplusOf = (text: string): number => Buffer.byteLength(text) - text.length;
