/**
 * Finds peers that have gone without a word: one that has been quiet is pinged, in the words of tRPC's clients, and cut
 * off when it does not answer. Where a message has begun only its end counts: one in the midst of which its peer stops, or
 * pings by frames of control, is not kept for longer. A peer that is slow is not gone. While nothing is read from it, or it
 * still takes what was written before the ping, it is waited for; how long it may be slow is for {@link Congestion} to say.
 * So is one that answers only after a message which it had begun before it was pinged: while more of that comes, at most as
 * long as a peer that says nothing.
 */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { WebSocket } from 'ws';

import type { Clock } from '../core/clock.ts';
import type { EdgeLimits } from './edge-limits.ts';

interface Options {
  limits: EdgeLimits;
  clock: Clock;
}

/** How far a peer has come in what is written to it, and in a message of its own, in bytes. */
interface Progress {
  taken: number;
  isQueued: boolean;
  said: number;
}

export class KeepAlive implements Disposable {
  readonly #socket: WebSocket;
  readonly #wire: Duplex;
  readonly #options: Options;
  #heardAt: number;
  #heardBytes: number;
  /** Of those that have come since, what were frames of control. */
  #controlBytes = 0;
  /** How far its peer had come, at the last look, of a ping without an answer. */
  #pinged: Progress | undefined;
  #timer: Disposable;

  /** `wire` is beneath the socket; `options` may be those of all sockets. */
  constructor(socket: WebSocket, wire: Duplex, options: Options) {
    const { clock, limits } = options;
    this.#socket = socket;
    this.#wire = wire;
    this.#options = options;
    this.#heardAt = clock.elapsed();
    this.#heardBytes = bytesOf(wire);
    this.#timer = clock.after(limits.pingMs, () => this.#look());
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  /**
   * Bytes that have come since the last whole message, of which `ws` tells nothing. What came in one read with the end of
   * that one is not among them: 64 KiB at most.
   */
  get unfinished(): number {
    return bytesOf(this.#wire) - this.#heardBytes;
  }

  /** The peer has sent a frame of control: it is heard, unless something of a message has come before. */
  heardControl(payload: Buffer): void {
    this.#controlBytes += CONTROL_BYTES + payload.length;
    if (this.unfinished <= this.#controlBytes) this.heard();
  }

  /** The peer has sent a message. */
  heard(): void {
    this.#heardAt = this.#options.clock.elapsed();
    this.#heardBytes = bytesOf(this.#wire);
    this.#controlBytes = 0;
    this.#pinged = undefined;
  }

  #look(): void {
    const { limits, clock } = this.#options;
    const socket = this.#socket;
    const left = this.#heardAt + limits.pingMs - clock.elapsed();
    const before = this.#pinged;
    if (before === undefined && left > 0) {
      this.#wait(left);
      return;
    }
    if (before === undefined && socket.readyState === socket.OPEN) socket.send('PING');
    const now = this.#progress();
    if (before !== undefined && !this.#isSlow(before, now)) {
      socket.terminate();
      return;
    }
    this.#pinged = now;
    this.#wait(limits.pongMs);
  }

  #isSlow(before: Progress, now: Progress): boolean {
    if (this.#socket.isPaused || (before.isQueued && now.taken > before.taken)) return true;
    const { limits, clock } = this.#options;
    const isInTime = clock.elapsed() < this.#heardAt + 2 * limits.pingMs + limits.pongMs;
    return isInTime && now.said > before.said;
  }

  #progress(): Progress {
    const wire = this.#wire;
    const waiting = wire.writableLength;
    const written = wire instanceof Socket ? wire.bytesWritten : 0;
    // A socket counts what waits as written.
    return { taken: written - waiting, isQueued: waiting > 0, said: this.unfinished - this.#controlBytes };
  }

  #wait(ms: number): void {
    this.#timer = this.#options.clock.after(ms, () => this.#look());
  }
}

/** Of a client's frame of control, besides its payload: the header and the mask. */
const CONTROL_BYTES = 6;

const bytesOf = (wire: Duplex): number => (wire instanceof Socket ? wire.bytesRead : 0);
