/**
 * One WebSocket: who is on it and until when, and how it ends. Every way it ends is here: a bad, missing or expired
 * token (4401), a slow peer (1013), frames that are none (4400), no parameters (4408), too many connections (4429), the
 * server's own end (1012).
 */
import type { Duplex } from 'node:stream';

import type { ErrorReason } from '@parley/contract';
import type { WebSocket } from 'ws';

import type { Identity } from '../core/authenticator.ts';
import type { Clock } from '../core/clock.ts';
import type { Connection, Line } from '../core/connection.ts';
import type { Authentication } from '../core/context.ts';
import { Endings } from '../core/endings.ts';
import type { Logger } from '../core/logger.ts';
import { Refusal } from '../core/refusal.ts';
import { CLOSE, type CloseCode } from './close-code.ts';
import { Congestion } from './congestion.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { JsonFrames } from './json-frames.ts';
import type { Lines } from './lines.ts';
import { SocketOutlet } from './socket-outlet.ts';
import { Timers } from './timers.ts';
import { TokenLife } from './token-life.ts';
import type { TurnWrites } from './turn-writes.ts';

/** Reasons for which a client needs another token: it is refused by name, and the socket is closed. */
const NEEDS_TOKEN: ReadonlySet<ErrorReason> = new Set([
  'unauthenticated',
  'token_invalid',
  'token_expired',
  'user_disabled',
] satisfies ErrorReason[]);

/** The close codes of a peer that leaves by itself: done, gone to another page, and none. */
const GOODBYES: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** What tRPC's clients open another socket for, before they give this one up. */
const RECONNECT = JSON.stringify({ id: null, method: 'reconnect' });

export interface SocketOptions {
  id: string;
  ip: string;
  socket: WebSocket;
  /** Beneath the socket: what it has not taken yet is what waits for the peer. */
  wire: Duplex;
  writes: TurnWrites;
  lines: Lines;
  /** Whether the client says that its first frame holds connection parameters. */
  expectsParams: boolean;
  limits: EdgeLimits;
  clock: Clock;
  log: Logger;
  /** Answers a call that tRPC is not given. */
  refuse: (id: string | number | null, reason: ErrorReason) => void;
  verify: (accessToken: string) => Promise<Identity>;
}

export class SocketConnection implements Connection {
  readonly transport = 'ws';
  readonly id: string;
  readonly ip: string;
  readonly frames: JsonFrames;
  readonly outlet: SocketOutlet;
  subscriptions = 0;
  readonly #options: SocketOptions;
  readonly endings = new Endings();
  readonly #congestion: Congestion;
  readonly #life: TokenLife;
  readonly #timers: Timers;
  #authentication: Authentication = { caller: undefined, refusal: 'unauthenticated' };
  #isNudged = false;
  #isLost = false;
  #malformed = 0;
  /** While the client is on its way to another socket. */
  #held: Promise<void> | undefined;
  #release: () => void = () => undefined;
  /** Runs until it is known who is here. */
  #unsettled: Disposable | undefined;
  /** How it is to be closed, once nothing is left that waits for an answer. */
  #closing: { code: CloseCode; reason: string; left: () => number } | undefined;

  constructor(options: SocketOptions) {
    const { limits, clock, socket, wire } = options;
    this.#options = options;
    this.id = options.id;
    this.ip = options.ip;
    this.#timers = new Timers(clock);
    this.#life = new TokenLife(this, clock, limits);
    this.#unsettled = this.#timers.after(limits.paramsMs, () =>
      this.close(CLOSE.timedOut, 'no connection parameters'),
    );
    this.#congestion = new Congestion({
      socket,
      wire,
      limits,
      clock,
      giveUp: (buffered) => {
        options.log.warn({ requestId: options.id, buffered }, 'slow peer');
        this.close(CLOSE.tryAgainLater, 'slow reader');
      },
    });
    this.outlet = new SocketOutlet({
      socket,
      wire,
      writes: options.writes,
      isBusy: () => this.#held !== undefined || this.#congestion.isOver,
      onFull: () => this.#congestion.look(),
    });
    this.frames = new JsonFrames({
      expectsParams: options.expectsParams,
      pendingCalls: limits.pendingCalls,
      onParams: () => this.#checkParams(),
      onMalformed: () => this.#countMalformed(),
      onRefused: options.refuse,
      onReply: (length) => this.#replying(length),
    });
    socket.on('close', (code) => this.#closed(code));
  }

  get signal(): AbortSignal {
    return this.endings.signal;
  }

  get generation(): number {
    return this.#authentication.caller === undefined ? 0 : this.#authentication.generation;
  }

  get congested(): boolean {
    return this.#congestion.isOver;
  }

  get isLost(): boolean {
    return this.#isLost || this.#isNudged;
  }

  get isOpen(): boolean {
    return this.#options.socket.readyState === this.#options.socket.OPEN;
  }

  drained(): Promise<void> | undefined {
    return this.#held === undefined && !this.#congestion.isOver ? undefined : this.#drained();
  }

  line(batchIndex: number | undefined): Line | undefined {
    return batchIndex === undefined ? undefined : this.#options.lines.at(batchIndex);
  }

  authentication(): Authentication {
    const { clock } = this.#options;
    const known = this.#authentication;
    if (known.caller === undefined || known.expiresAt.getTime() > clock.now()) return known;
    return { caller: undefined, refusal: 'token_expired' };
  }

  /** Says who came, or why nobody did: whoever needs a token may stay long enough to hear so. */
  settle(authentication: Authentication): void {
    const { limits } = this.#options;
    this.#unsettled?.[Symbol.dispose]();
    this.#unsettled = undefined;
    this.#authentication = authentication;
    if (authentication.caller !== undefined) {
      this.#life.lasts(authentication.expiresAt);
      return;
    }
    const { refusal } = authentication;
    if (refusal === 'unavailable') this.close(CLOSE.tryAgainLater, refusal);
    else if (refusal === 'too_many_connections') this.close(CLOSE.tooMany, refusal);
    else {
      const stay = refusal === 'unauthenticated' ? limits.unauthenticatedMs : limits.rejectedMs;
      this.#timers.after(stay, () => this.#giveUp(refusal));
    }
  }

  /** Extends the connection to another token of the same person. */
  async renew(accessToken: string): Promise<Date> {
    const identity = await this.#options.verify(accessToken);
    const { caller, expiresAt } = identity;
    if (!this.isOpen) throw new Refusal('unavailable');
    const present = this.authentication();
    if (present.caller === undefined) throw new Refusal(present.refusal);
    if (present.caller.id !== caller.id)
      throw new Refusal('token_invalid', { message: 'The token names someone else' });
    this.#authentication = identity;
    this.#life.lasts(expiresAt);
    this.#isNudged = false;
    this.#release();
    return expiresAt;
  }

  /** Is told of every call that failed: one that was refused for want of a good token is the last. */
  failed(error: Error): void {
    const known = this.authentication();
    if (known.caller === undefined && error instanceof Refusal && error.reason === known.refusal) {
      this.#giveUp(known.refusal);
    }
  }

  /**
   * Tells the client to come again on another socket; it loses nothing. Subscriptions pause meanwhile: tRPC's client
   * asks on the new socket for what follows its last value, and takes the rest of the old socket's for repetitions.
   */
  nudge(): void {
    if (!this.isOpen) return;
    this.#isNudged = true;
    this.outlet.suspect();
    this.#options.socket.send(RECONNECT);
    this.#release();
    const held = new Promise<void>((resolve) => {
      this.#release = () => {
        if (this.#held === held) this.#held = undefined;
        resolve();
      };
    });
    this.#held = held;
    this.#timers.after(this.#options.limits.holdMs, this.#release);
  }

  expired(): void {
    this.end(new Refusal('token_expired'));
  }

  end(refusal: Error): void {
    this.#release();
    const reason = refusal instanceof Refusal ? refusal.reason : 'internal';
    if (this.#authentication.caller !== undefined)
      this.#authentication = { caller: undefined, refusal: reason };
    this.#life[Symbol.dispose]();
    this.endings.end(refusal);
    this.#closeAfter(() => this.frames.calls.open, codeOf(reason), reason, this.#options.limits.settleMs);
  }

  /** Closes when the calls under way are answered, at the latest after `ms`. Subscriptions are not told. */
  closeWhenAnswered(code: CloseCode, reason: string, ms: number): void {
    this.#closeAfter(() => this.frames.calls.pending, code, reason, ms);
  }

  /** Closes now. A peer that does not answer in time is cut off. */
  close(code: CloseCode, reason: string): void {
    const { socket, limits } = this.#options;
    if (socket.readyState >= socket.CLOSING) return;
    this.frames.deafen();
    socket.resume();
    this.outlet.flush();
    socket.close(code, reason);
    this.#timers.after(limits.closeMs, () => socket.terminate());
  }

  async #drained(): Promise<void> {
    await this.#held;
    await this.#congestion.drained();
  }

  /** The parameters have come: whoever they name is to be known in time. */
  #checkParams(): void {
    this.#unsettled?.[Symbol.dispose]();
    this.#unsettled = this.#timers.after(this.#options.limits.settleMs, () =>
      this.close(CLOSE.tryAgainLater, 'unavailable'),
    );
  }

  #giveUp(reason: ErrorReason): void {
    this.closeWhenAnswered(codeOf(reason), reason, this.#options.limits.settleMs);
  }

  #closeAfter(left: () => number, code: CloseCode, reason: string, ms: number): void {
    if (this.#closing !== undefined || !this.isOpen) return;
    this.#closing = { code, reason, left };
    this.frames.deafen();
    this.#timers.after(ms, () => this.close(code, reason));
    this.#closeWhenDone();
  }

  /** Called before a reply is written: whether it was the last is seen once it has been. */
  #replying(length: number): void {
    this.outlet.flush();
    this.#congestion.look(length);
    this.#closeWhenDone();
  }

  #closeWhenDone(): void {
    if (this.#closing !== undefined) setImmediate(() => this.#closeIfAnswered());
  }

  #closeIfAnswered(): void {
    if (this.#closing?.left() === 0) this.close(this.#closing.code, this.#closing.reason);
  }

  #countMalformed(): void {
    this.#malformed += 1;
    if (this.#malformed !== this.#options.limits.malformedFrames) return;
    setImmediate(() => this.close(CLOSE.badFrames, 'too many malformed frames'));
  }

  #closed(code: number): void {
    this.#isLost = !GOODBYES.has(code);
    this.#release();
    this.#life[Symbol.dispose]();
    this.#timers[Symbol.dispose]();
    this.endings.end(new Refusal('unavailable'));
    this.#options.log.info(
      { requestId: this.id, code, userId: this.#authentication.caller?.id },
      'socket closed',
    );
  }
}

function codeOf(reason: ErrorReason): CloseCode {
  if (NEEDS_TOKEN.has(reason)) return CLOSE.unauthenticated;
  return reason === 'bad_connection_params' ? CLOSE.badFrames : CLOSE.tryAgainLater;
}
