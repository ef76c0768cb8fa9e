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
  socket: WebSocket;
  /** Beneath the socket: what it has not taken yet is what waits for the peer. */
  wire: Duplex;
  limits: EdgeLimits;
  clock: Clock;
  /** The peer does not read; so many bytes wait for it. Expected to close the socket. */
  giveUp: (waiting: number) => void;
}

export class Congestion {
  readonly #options: Options;
  #stall: Disposable | undefined;
  #waiters: { resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(options: Options) {
    this.#options = options;
    const { socket, wire } = options;
    // What the peer makes us send also waits for it.
    socket.on('message', () => this.look());
    socket.on('ping', () => this.look());
    socket.on('close', () => this.#closed());
    wire.on('drain', () => this.#drained());
  }

  /** Whether more waits for the peer than the bound. */
  get isOver(): boolean {
    return this.#options.wire.writableLength > this.#options.limits.bufferedBytes;
  }

  /** Stops reading from the peer while too much waits for it, `more` about to be written included. */
  look(more = 0): void {
    const { wire, socket, limits, clock } = this.#options;
    const waiting = wire.writableLength;
    if (waiting + more <= limits.bufferedBytes || socket.readyState !== socket.OPEN) return;
    if (waiting > limits.bufferedMaxBytes) this.#giveUp();
    else if (this.#stall === undefined) {
      socket.pause();
      this.#stall = clock.after(limits.stallMs, () => this.#giveUp());
    }
  }

  /** Resolves when the peer has taken what waits for it, at once where that is little. Rejects when it has gone. */
  async drained(): Promise<void> {
    if (!this.isOver) return;
    this.look();
    const { socket } = this.#options;
    if (socket.readyState !== socket.OPEN) throw new Refusal('unavailable');
    await new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** What waits is dropped where it is far too much. */
  #giveUp(): void {
    const { socket, wire, limits, giveUp } = this.#options;
    giveUp(wire.writableLength);
    if (wire.writableLength > limits.bufferedMaxBytes) socket.terminate();
  }

  #drained(): void {
    const { socket } = this.#options;
    this.#stall?.[Symbol.dispose]();
    this.#stall = undefined;
    if (socket.readyState === socket.OPEN) socket.resume();
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  #closed(): void {
    this.#stall?.[Symbol.dispose]();
    const gone = new Refusal('unavailable');
    for (const { reject } of this.#waiters.splice(0)) reject(gone);
  }
}
