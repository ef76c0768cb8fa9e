/**
 * What sockets are written in one turn of the event loop: each is written it at once, at the end. Sockets that are
 * written the same frames in the same order, as the readers of one room are, share one buffer.
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

  /** What a socket that has nothing waiting begins with; it is flushed at the end of the turn. */
  begin(writer: Writer): Chain {
    if (this.#writers.length === 0) setImmediate(() => this.#end());
    this.#writers.push(writer);
    return this.#begin;
  }

  #end(): void {
    const writers = this.#writers;
    this.#writers = [];
    this.#begin = new Chain();
    for (const writer of writers) writer.flush();
  }
}
