/** A reader's place in a topic. */
import type { Topic } from '../core/topics.ts';
import type { LoggedLive } from './logged-live.ts';
import type { ParkedReader, Reader } from './reader.ts';
import type { Replays } from './replays.ts';
import type { LiveTopic } from './topic.ts';
import type { Watermarks } from './watermarks.ts';

/** A topic that has readers. */
export interface Served {
  readonly topic: Topic;
  readonly live: LiveTopic;
  readonly unsubscribe: () => void;
  /** The last reader has left: whoever comes opens the topic anew. */
  isOver: boolean;
}

export interface Page {
  events: readonly LoggedLive[];
  /** Whether they were read from the log. */
  replayed: boolean;
}

/** Whoever gives seats. */
interface Usher {
  readonly replays: Replays;
  refresh(served: Served): Promise<void>;
  next(served: Served, after: number): Promise<Page>;
  leave(served: Served, reader: Reader): void;
}

/** Disposing it leaves. */
export class Seat implements Disposable {
  readonly #usher: Usher;
  readonly #served: Served;
  readonly #reader: Reader;

  constructor(usher: Usher, served: Served, reader: Reader) {
    this.#usher = usher;
    this.#served = served;
    this.#reader = reader;
    served.live.seat(reader);
  }

  get head(): number {
    return this.#served.live.head;
  }

  /** What the topic's readers have been told of, or are about to be. */
  get watermarks(): Watermarks {
    return this.#served.live.watermarks;
  }

  /** What a reader writes by itself of what it missed. */
  get replays(): Replays {
    return this.#usher.replays;
  }

  /** Raises the head to the log's: frames may have been lost on the way here. */
  refresh(): Promise<void> {
    return this.#usher.refresh(this.#served);
  }

  /** What comes after `after`; empty at the head. */
  next(after: number): Promise<Page> {
    return this.#usher.next(this.#served, after);
  }

  /** From here on the reader, which has everything up to the head, is given what comes at once … */
  park(reader: ParkedReader): void {
    this.#served.live.park(reader);
  }

  /** … and from here on it comes for it itself again. */
  unpark(reader: ParkedReader): void {
    this.#served.live.unpark(reader);
  }

  [Symbol.dispose](): void {
    this.#usher.leave(this.#served, this.#reader);
  }
}
