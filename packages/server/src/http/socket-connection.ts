/**
 * One WebSocket: who is on it and until when, and how it ends. Every way it ends is here: a bad, missing or expired
 * token (4401), a slow peer (1013), frames that are none (4400), a message without an end (1009), no parameters (4408), too
 * many connections (4429), the server's own end (1012).
 */
import type { Duplex } from 'node:stream';

import type { ErrorReason } from '@parley/contract';
import type { WebSocket } from 'ws';

import type { Authenticator, Identity } from '../core/authenticator.ts';
import type { Caller } from '../core/caller.ts';
import type { Clock } from '../core/clock.ts';
import type { CallId, Connection, Line } from '../core/connection.ts';
import type { Authentication } from '../core/context.ts';
import { Endings } from '../core/endings.ts';
import type { Logger } from '../core/logger.ts';
import { Refusal } from '../core/refusal.ts';
import { transformer } from '../core/transformer.ts';
import { CLOSE, closeCodeOf, type CloseCode } from './close-code.ts';
import { Congestion } from './congestion.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { describeError } from './errors.ts';
import { JsonFrames } from './json-frames.ts';
import type { Lines } from './lines.ts';
import { SocketOutlet } from './socket-outlet.ts';
import { Timers } from './timers.ts';
import { TokenLife } from './token-life.ts';
import type { TurnWrites } from './turn-writes.ts';
import { TextFrame } from './wire-frame.ts';

/** The close codes of a peer that leaves by itself: done, gone to another page, and none. */
const GOODBYES: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** What tRPC's clients open another socket for, before they give this one up. */
const RECONNECT = JSON.stringify({ id: null, method: 'reconnect' });

export interface SocketOptions<Socket = WebSocket> {
  id: string;
  ip: string;
  socket: Socket;
  /** Beneath the socket: what it has not taken yet is what waits for the peer. */
  wire: Duplex;
  /** Whether the client says that its first frame holds connection parameters. */
  expectsParams: boolean;
}

/** What all connections share: none has options of its own. */
export interface ConnectionParts {
  writes: TurnWrites;
  lines: Lines;
  limits: EdgeLimits;
  clock: Clock;
  log: Logger;
  authenticator: Authenticator;
}

/** Its parts call it by its name, and not by closures of their own: there are many of it, and most are quiet. */
export class SocketConnection implements Connection {
  readonly id: string;
  readonly ip: string;
  readonly socket: WebSocket;
  readonly wire: Duplex;
  readonly frames: JsonFrames;
  readonly outlet: SocketOutlet;
  subscriptions = 0;
  readonly #parts: ConnectionParts;
  readonly endings = new Endings();
  readonly #congestion: Congestion;
  readonly #life: TokenLife;
  /** Where there is something to wait for. */
  #timers: Timers | undefined;
  #caller: Caller | undefined;
  #generation = 0;
  /** Why there is no caller. */
  #refusal: ErrorReason = 'unauthenticated';
  #isNudged = false;
  #isLost = false;
  #malformed = 0;
  /** While the client is on its way to another socket. */
  #held: Promise<void> | undefined;
  #release: (() => void) | undefined;
  /** Runs until it is known who is here. */
  #unsettled: Disposable | undefined;
  /** How it is to be closed, once nothing is left that waits for an answer. */
  #closing: { code: CloseCode; reason: string; left: () => number } | undefined;

  constructor(parts: ConnectionParts, { id, ip, socket, wire, expectsParams }: SocketOptions) {
    const { limits, clock, writes } = parts;
    this.#parts = parts;
    this.id = id;
    this.ip = ip;
    this.socket = socket;
    this.wire = wire;
    this.#life = new TokenLife(this, clock, limits);
    this.#unsettled = clock.after(limits.paramsMs, () =>
      this.close(CLOSE.timedOut, 'no connection parameters'),
    );
    this.#congestion = new Congestion(this, parts);
    this.outlet = new SocketOutlet(this, writes);
    this.frames = new JsonFrames(this, { expectsParams, pendingCalls: limits.pendingCalls });
  }

  get transport() {
    return 'ws' as const;
  }

  get signal(): AbortSignal {
    return this.endings.signal;
  }

  get generation(): number {
    return this.#caller === undefined ? 0 : this.#generation;
  }

  get congested(): boolean {
    return this.#congestion.isOver;
  }

  get isLost(): boolean {
    return this.#isLost || this.#isNudged;
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** Whether the peer is to be waited for. */
  get isBusy(): boolean {
    return this.#held !== undefined || this.#congestion.isOver;
  }

  drained(): Promise<void> | undefined {
    return this.isBusy ? this.#drained() : undefined;
  }

  line(batchIndex: number | undefined): Line | undefined {
    return batchIndex === undefined ? undefined : this.#parts.lines.at(batchIndex);
  }

  authentication(): Authentication {
    const caller = this.#caller;
    if (caller === undefined) return { caller, refusal: this.#refusal };
    const { until } = this.#life;
    if (until <= this.#parts.clock.now()) return { caller: undefined, refusal: 'token_expired' };
    return { caller, expiresAt: new Date(until), generation: this.#generation };
  }

  /** Says who came, or why nobody did: whoever needs a token may stay long enough to hear so. */
  settle(authentication: Authentication): void {
    const { limits } = this.#parts;
    this.#unsettled?.[Symbol.dispose]();
    this.#unsettled = undefined;
    if (authentication.caller !== undefined) {
      this.#become(authentication);
      return;
    }
    const { refusal } = authentication;
    this.#caller = undefined;
    this.#refusal = refusal;
    if (refusal === 'unavailable') this.close(CLOSE.tryAgainLater, refusal);
    else if (refusal === 'too_many_connections') this.close(CLOSE.tooMany, refusal);
    else {
      const stay = refusal === 'unauthenticated' ? limits.unauthenticatedMs : limits.rejectedMs;
      this.#after(stay, () => this.#giveUp(refusal));
    }
  }

  /** Extends the connection to another token of the same person. */
  async renew(accessToken: string): Promise<Date> {
    const identity = await this.#parts.authenticator.verify(accessToken);
    const { caller, expiresAt } = identity;
    if (!this.isOpen) throw new Refusal('unavailable');
    const present = this.authentication();
    if (present.caller === undefined) throw new Refusal(present.refusal);
    if (present.caller.id !== caller.id)
      throw new Refusal('token_invalid', { message: 'The token names someone else' });
    this.#become(identity);
    this.#isNudged = false;
    this.#release?.();
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
    this.socket.send(RECONNECT);
    this.#release?.();
    const held = new Promise<void>((resolve) => {
      const release = () => {
        if (this.#held === held) this.#held = undefined;
        resolve();
      };
      this.#release = release;
      this.#after(this.#parts.limits.holdMs, release);
    });
    this.#held = held;
  }

  expired(): void {
    this.end(new Refusal('token_expired'));
  }

  end(refusal: Error): void {
    this.#release?.();
    const reason = refusal instanceof Refusal ? refusal.reason : 'internal';
    if (this.#caller !== undefined) this.#refusal = reason;
    this.#caller = undefined;
    this.#life[Symbol.dispose]();
    this.endings.end(refusal);
    this.#closeAfter(() => this.frames.calls.open, closeCodeOf(reason), reason, this.#parts.limits.settleMs);
  }

  /** Closes when the calls under way are answered, at the latest after `ms`. Subscriptions are not told. */
  closeWhenAnswered(code: CloseCode, reason: string, ms: number): void {
    this.#closeAfter(() => this.frames.calls.pending, code, reason, ms);
  }

  /** Closes now. A peer that does not answer in time is cut off. */
  close(code: CloseCode, reason: string): void {
    const { socket } = this;
    if (socket.readyState >= socket.CLOSING) return;
    this.frames.deafen();
    socket.resume();
    this.outlet.flush();
    socket.close(code, reason);
    this.#after(this.#parts.limits.closeMs, () => socket.terminate());
  }

  /** Closes, and reads nothing more: what comes would be kept until it has closed. */
  cutShort(code: CloseCode, reason: string): void {
    if (!this.isOpen) return;
    this.close(code, reason);
    this.socket.pause();
  }

  /** More has come than who has shown no good token may send at once. */
  strangerSaysTooMuch(): void {
    this.cutShort(closeCodeOf(this.#refusal), this.#refusal);
  }

  /** The peer has sent something: what it makes us send also waits for it. */
  heard(): void {
    this.#congestion.look();
  }

  full(): void {
    this.#congestion.look();
  }

  slow(waiting: number): void {
    this.#parts.log.warn({ requestId: this.id, buffered: waiting }, 'slow peer');
    this.close(CLOSE.tryAgainLater, 'slow reader');
  }

  /** The parameters have come: whoever they name is to be known in time. */
  paramsCame(): void {
    this.#unsettled?.[Symbol.dispose]();
    const { clock, limits } = this.#parts;
    this.#unsettled = clock.after(limits.settleMs, () => this.close(CLOSE.tryAgainLater, 'unavailable'));
  }

  malformed(): void {
    this.#malformed += 1;
    if (this.#malformed !== this.#parts.limits.malformedFrames) return;
    setImmediate(() => this.close(CLOSE.badFrames, 'too many malformed frames'));
  }

  /** Answers a call that tRPC is not given. */
  refuse(id: CallId | null, reason: ErrorReason): void {
    const refusal = new Refusal(reason, reason === 'rate_limited' ? { retryAfterMs: 1_000 } : {});
    const error = transformer.output.serialize(describeError(refusal, this.id));
    this.outlet.send(new TextFrame(JSON.stringify({ id, error })));
  }

  /** Called before a reply is written: whether it was the last is seen once it has been. */
  replying(length: number): void {
    this.#congestion.look(length);
    this.#closeWhenDone();
  }

  /** The socket has closed. */
  closed(code: number): void {
    this.#congestion.closed();
    this.#isLost = !GOODBYES.has(code);
    this.#release?.();
    this.#life[Symbol.dispose]();
    this.#unsettled?.[Symbol.dispose]();
    this.#timers?.[Symbol.dispose]();
    this.endings.end();
    this.#parts.log.info({ requestId: this.id, code, userId: this.#caller?.id }, 'socket closed');
  }

  async #drained(): Promise<void> {
    await this.#held;
    await this.#congestion.drained();
  }

  #become({ caller, expiresAt, generation }: Identity): void {
    this.#caller = caller;
    this.#generation = generation;
    this.#life.lasts(expiresAt);
  }

  #giveUp(reason: ErrorReason): void {
    this.closeWhenAnswered(closeCodeOf(reason), reason, this.#parts.limits.settleMs);
  }

  /** Until the socket has closed. */
  #after(ms: number, call: () => void): void {
    this.#timers ??= new Timers(this.#parts.clock);
    this.#timers.after(ms, call);
  }

  #closeAfter(left: () => number, code: CloseCode, reason: string, ms: number): void {
    if (this.#closing !== undefined || !this.isOpen) return;
    this.#closing = { code, reason, left };
    this.frames.deafen();
    this.#after(ms, () => this.close(code, reason));
    this.#closeWhenDone();
  }

  #closeWhenDone(): void {
    if (this.#closing !== undefined) setImmediate(() => this.#closeIfAnswered());
  }

  #closeIfAnswered(): void {
    if (this.#closing?.left() === 0) this.close(this.#closing.code, this.#closing.reason);
  }
}
