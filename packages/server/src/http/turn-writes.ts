/**
 * What sockets are written in one turn of the event loop. What is said in one go is written at once: the first of a turn
 * as soon as whoever said it is done, since nothing may come after it, and all that does come after it at the turn's end.
 * So a socket is written to twice at most, unless it is told more than is held back. Sockets that are written the same
 * frames in the same order, as the readers of one room are, share one buffer.
 */
import type { TextFrame } from './wire-frame.ts';

/** Frames in their order, and the sequences that go on from here. */
export class Chain {
  readonly bytes: number;
  readonly #before: Chain | undefined;
  readonly #frame: TextFrame | undefined;
  #next: Chain | undefined;
  /** By their first frame. */
  #others: Map<TextFrame, Chain> | undefined;
  #joined: Buffer | undefined;

  constructor(before?: Chain, frame?: TextFrame) {
    this.#before = before;
    this.#frame = frame;
    this.bytes = (before?.bytes ?? 0) + (frame?.bytes ?? 0);
  }

  /** The sequence with one frame more. */
  and(frame: TextFrame): Chain {
    if (this.#next !== undefined && this.#next.#frame === frame) return this.#next;
    const known = this.#others?.get(frame);
    if (known !== undefined) return known;
    const next = new Chain(this, frame);
    if (this.#next === undefined) this.#next = next;
    else (this.#others ??= new Map<TextFrame, Chain>()).set(frame, next);
    return next;
  }

  join(): Buffer {
    this.#joined ??= this.#join();
    return this.#joined;
  }

  #join(): Buffer {
    const joined = Buffer.allocUnsafe(this.bytes);
    this.#frame?.writeTo(joined, this.bytes);
    for (let part = this.#before; part !== undefined; part = part.#before)
      part.#frame?.writeTo(joined, part.bytes);
    return joined;
  }
}

interface Writer {
  /** Writes what waits. */
  flush(): void;
}

export class TurnWrites {
  #writers: Writer[] = [];
  #begin = new Chain();
  /** Whether something was written in this turn. */
  #hasBegun = false;

  /** What a socket that has nothing waiting begins with; it is flushed when its time comes. */
  begin(writer: Writer): Chain {
    if (!this.#hasBegun) this.#beginTurn();
    this.#writers.push(writer);
    return this.#begin;
  }

  #beginTurn(): void {
    this.#hasBegun = true;
    process.nextTick(() => {
      try {
        this.#flush();
      } finally {
        // Only now: the first write of a turn is what somebody waits for.
        setImmediate(() => this.#endTurn());
      }
    });
  }

  #endTurn(): void {
    this.#hasBegun = false;
    this.#flush();
  }

  #flush(): void {
    if (this.#writers.length === 0) return;
    const writers = this.#writers;
    this.#writers = [];
    this.#begin = new Chain();
    for (const writer of writers) writer.flush();
  }
}
