/**
 * What waits for the peer of one socket to read it. While that is more than the bound nothing is read from the peer,
 * which makes us send as well, and it has so long to take what waits: then it is given up. It does not hold what waits
 * (the stream beneath does), and does not know what it is.
 */
import type { Duplex } from 'node:stream';

import type { WebSocket } from 'ws';

import type { Clock } from '../core/clock.ts';
import { Refusal } from '../core/refusal.ts';
import type { EdgeLimits } from './edge-limits.ts';

interface Options {
  limits: EdgeLimits;
  clock: Clock;
}

/** Whose peer it is. */
interface Holder {
  readonly socket: WebSocket;
  /** Beneath the socket: what it has not taken yet is what waits for the peer. */
  readonly wire: Duplex;
  /** The peer does not read; so many bytes wait for it. Expected to close the socket. */
  slow(waiting: number): void;
}

export class Congestion {
  readonly #holder: Holder;
  readonly #options: Options;
  #stall: Disposable | undefined;
  /** Until the stream beneath has taken everything; most of the time nobody waits for that. */
  #waiters: { resolve: () => void; reject: (error: Error) => void }[] | undefined;

  /** `options` may be those of all sockets. */
  constructor(holder: Holder, options: Options) {
    this.#holder = holder;
    this.#options = options;
  }

  /** Whether more waits for the peer than the bound. */
  get isOver(): boolean {
    return this.#holder.wire.writableLength > this.#options.limits.bufferedBytes;
  }

  /** Stops reading from the peer while too much waits for it, `more` about to be written included. */
  look(more = 0): void {
    const { wire, socket } = this.#holder;
    const { limits, clock } = this.#options;
    const waiting = wire.writableLength;
    if (waiting + more <= limits.bufferedBytes || socket.readyState !== socket.OPEN) return;
    if (waiting > limits.bufferedMaxBytes) this.#giveUp();
    else if (this.#stall === undefined) {
      socket.pause();
      this.#listen();
      this.#stall = clock.after(limits.stallMs, () => this.#giveUp());
    }
  }

  /** Resolves when the peer has taken what waits for it, at once where that is little. Rejects when it has gone. */
  async drained(): Promise<void> {
    if (!this.isOver) return;
    this.look();
    const { socket } = this.#holder;
    if (socket.readyState !== socket.OPEN) throw new Refusal('unavailable');
    const waiters = this.#listen();
    await new Promise<void>((resolve, reject) => waiters.push({ resolve, reject }));
  }

  /** The socket has closed. */
  closed(): void {
    this.#stall?.[Symbol.dispose]();
    if (this.#waiters === undefined) return;
    const gone = new Refusal('unavailable');
    for (const { reject } of this.#waiters.splice(0)) reject(gone);
  }

  #listen() {
    if (this.#waiters === undefined) {
      this.#waiters = [];
      this.#holder.wire.once('drain', () => this.#drained());
    }
    return this.#waiters;
  }

  /** What waits is dropped where it is far too much. */
  #giveUp(): void {
    const { socket, wire } = this.#holder;
    this.#holder.slow(wire.writableLength);
    if (wire.writableLength > this.#options.limits.bufferedMaxBytes) socket.terminate();
  }

  #drained(): void {
    const { socket } = this.#holder;
    this.#stall?.[Symbol.dispose]();
    this.#stall = undefined;
    if (socket.readyState === socket.OPEN) socket.resume();
    const waiters = this.#waiters ?? [];
    this.#waiters = undefined;
    for (const { resolve } of waiters) resolve();
  }
}
