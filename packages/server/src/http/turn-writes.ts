/**
 * What sockets are written in one turn of the event loop: each is written it at once, at the end. Sockets that are
 * written the same frames in the same order, as the readers of one room are, share one buffer.
 */

/** Frames in their order, and the sequences that go on from here. */
export class Chain {
  static readonly empty = (): Chain => new Chain(undefined, Buffer.alloc(0));
  readonly bytes: number;
  readonly #before: Chain | undefined;
  readonly #frame: Buffer;
  #next: Chain | undefined;
  /** By their first frame. */
  #others: Map<Buffer, Chain> | undefined;
  #joined: Buffer | undefined;

  private constructor(before: Chain | undefined, frame: Buffer) {
    this.#before = before;
    this.#frame = frame;
    this.bytes = (before?.bytes ?? 0) + frame.length;
  }

  /** The sequence with one frame more. */
  and(frame: Buffer): Chain {
    if (this.#next !== undefined && this.#next.#frame === frame) return this.#next;
    const known = this.#others?.get(frame);
    if (known !== undefined) return known;
    const next = new Chain(this, frame);
    if (this.#next === undefined) this.#next = next;
    else (this.#others ??= new Map<Buffer, Chain>()).set(frame, next);
    return next;
  }

  join(): Buffer {
    this.#joined ??= this.#before?.bytes === 0 ? this.#frame : this.#join();
    return this.#joined;
  }

  #join(): Buffer {
    const joined = Buffer.allocUnsafe(this.bytes);
    joined.set(this.#frame, this.bytes - this.#frame.length);
    for (let part = this.#before; part !== undefined; part = part.#before) {
      joined.set(part.#frame, part.bytes - part.#frame.length);
    }
    return joined;
  }
}

interface Writer {
  /** Writes what waits. */
  flush(): void;
}

export class TurnWrites {
  #writers: Writer[] = [];
  #begin = Chain.empty();

  /** What a socket that has nothing waiting begins with; it is flushed at the end of the turn. */
  begin(writer: Writer): Chain {
    if (this.#writers.length === 0) setImmediate(() => this.#end());
    this.#writers.push(writer);
    return this.#begin;
  }

  #end(): void {
    const writers = this.#writers;
    this.#writers = [];
    this.#begin = Chain.empty();
    for (const writer of writers) writer.flush();
  }
}
