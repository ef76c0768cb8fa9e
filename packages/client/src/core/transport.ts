/**
 * Keeps one line for all calls: opens it at the first call, opens the next one when it is lost or to be replaced, shows
 * it a token that is good, and stops when there is none. A line is a WebSocket; where those do not pass although HTTP
 * does, it is HTTP requests and server-sent events, until a WebSocket passes again. What a call meant and whether to
 * repeat it is the business of those above.
 */
import type { AppRouter } from '@parley/server/api';
import type { Operation, TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';

import type { Access } from './access.ts';
import type { Address } from './address.ts';
import { backoff } from './backoff.ts';
import {
  connectionOf,
  transition,
  type Connection,
  type ConnectionEvent,
  type ConnectionState,
  type TransportName,
} from './connection.ts';
import { isAnswer, unauthorised, type ParleyClientError } from './errors.ts';
import { answers, type Fetch } from './http-call.ts';
import { ANSWER_MS, endCall, endWhenAborted, Line, MOVED, type Call, type Results } from './line.ts';
import { Pauses } from './pauses.ts';
import { socketWire, type WebSocketConstructor } from './socket-wire.ts';
import { Source } from './subscribable.ts';
import { awayNow, watchSurroundings } from './surroundings.ts';
import { Tokens } from './tokens.ts';

/** `auto`: a WebSocket, and the others only while none passes. */
export type TransportChoice = 'auto' | TransportName;

interface TransportOptions {
  address: Address;
  choice: TransportChoice;
  WebSocket: WebSocketConstructor;
  fetch: Fetch;
  access: Access;
}

/** A server that stops asks everyone to move at once: each waits up to so long, while the old socket serves. */
const MOVE_WITHIN_MS = 2_000;
/** WebSockets have passed before: so many attempts in a row fail before it is asked whether HTTP passes. */
const DOUBT_AFTER = 3;
/** While they do not pass, one is tried after so long, then twice as long each time … */
const PROBE_FIRST_MS = 10_000;
/** … up to this. */
const PROBE_LONGEST_MS = 300_000;

export class Transport {
  readonly #options: TransportOptions;
  readonly #tokens: Tokens;
  readonly #state = new Source<ConnectionState>({ state: 'idle' });
  readonly #unwatch: () => void;
  /** What calls are sent over. */
  #line: Line | null = null;
  /** That one, those that are tried, and those that still answer what they were asked. */
  readonly #lines = new Set<Line>();
  /** It is to be replaced. */
  #replacing: Line | null = null;
  /** Calls that there is no line for. */
  readonly #waiting = new Set<Call>();
  /** Ends with everything that was asked for in the name of one person. */
  #era: object = {};
  /** The era that it is connecting in. */
  #connecting: object | null = null;
  readonly #pauses = new Pauses();
  /** Something has come over a WebSocket. */
  #hasPassed = false;
  /** WebSockets do not pass, HTTP does. */
  #isBlocked: boolean;
  #probes = 0;
  #probeAt = 0;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#tokens = new Tokens(options.access);
    this.#isBlocked = options.choice === 'sse';
    this.#unwatch = watchSurroundings(() => this.#looked());
  }

  readonly connection: Connection = connectionOf(this.#state, () => this.#retry());

  /** The last link: sends each call over the line, as soon as there is one. */
  readonly link: TRPCLink<AppRouter> =
    () =>
    ({ op }) =>
      this.#line?.request(op) ?? this.#wait(op);

  /**
   * After a call was refused for its token: looks for another one. True when there is one and the call may be repeated;
   * never where everything was ended. Rejects when that cannot be told now.
   */
  async reauthorise(refusal: ParleyClientError): Promise<boolean> {
    if (!isAnswer(refusal)) return false;
    const [era, line, { refused }] = [this.#era, this.#line, this.#tokens];
    if (refused === null || (line !== null && line.token !== refused)) return true;
    const next = await this.#tokens.renewed(refused);
    if (era !== this.#era) return false;
    if (next === null) {
      this.#stop();
      return false;
    }
    if (line === this.#line) line?.hangUp();
    // There is nothing to wait for.
    this.#retry();
    return true;
  }

  /**
   * Ends everything that was asked for in the name of the person until now.
   *
   * @param isRefused the server has ended their session, which the connection then tells
   */
  drop(isRefused: boolean): void {
    this.#tokens.forget();
    this.#dispatch({ type: 'dropped' });
    if (isRefused) this.#dispatch({ type: 'refused', reason: 'unauthenticated' });
    this.#end(unauthorised('unauthenticated'));
  }

  /** For good: subscriptions complete, calls fail. */
  close(): void {
    this.#unwatch();
    this.#dispatch({ type: 'closed' });
    this.#end(null);
  }

  #wait(op: Operation): Results {
    return observable((observer) => {
      const call: Call = { id: 0, op, ...observer };
      if (this.#state.getSnapshot().state === 'closed') return endCall(call, null);
      if (op.type === 'subscription')
        observer.next({ result: { type: 'state', state: 'connecting', error: null } });
      this.#waiting.add(call);
      const forget = endWhenAborted(call);
      this.#dispatch({ type: 'called' });
      void this.#connect();
      return () => {
        forget();
        this.#waiting.delete(call);
      };
    });
  }

  /** Attempts until there is a line. */
  async #connect(): Promise<void> {
    const era = this.#era;
    if (this.#connecting === era) return;
    this.#connecting = era;
    await this.#turn();
    while (era === this.#era && this.#line === null) {
      // Where no token can be had just now, the attempt has failed.
      if (this.#state.getSnapshot().state !== 'unauthorised') this.#dispatch({ type: 'dialled' });
      const token = await this.#tokens.next().catch(() => undefined);
      if (era !== this.#era) return;
      if (token === null) return this.#stop();
      if (token !== undefined) this.#dispatch({ type: 'dialled' });
      const transport = this.#isBlocked ? 'sse' : 'ws';
      if (token !== undefined) await this.#attempt(transport, token);
      if (era !== this.#era) return;
      if (this.#line !== null) break;
      this.#lost(transport);
      await this.#turn();
    }
    if (era === this.#era) this.#connecting = null;
  }

  /** Opens a line, until something was heard on it or it was lost. */
  async #attempt(transport: TransportName, token: string): Promise<void> {
    const { WebSocket, address, fetch } = this.#options;
    const era = this.#era;
    const wires = transport === 'sse' ? await import('./stream-wire.ts').catch(() => null) : undefined;
    if (era !== this.#era || wires === null) return;
    return new Promise((resolve) => {
      const line = new Line(
        token,
        (events) =>
          wires
            ? wires.streamWire({ token, server: { url: address.http, fetch } }, events)
            : socketWire({ token, url: address.ws, WebSocket }, events),
        {
          usable: () => {
            if (this.#line === null) this.#use(line);
          },
          heard: () => {
            this.#hasPassed ||= transport === 'ws';
            this.#opened(line, transport);
            resolve();
          },
          lost: () => {
            this.#lines.delete(line);
            const wasInUse = line === this.#line;
            if (wasInUse) this.#line = null;
            resolve();
            if (wasInUse && this.#connecting === null) {
              this.#lost(transport);
              void this.#connect();
            }
          },
          summoned: () => {
            if (line === this.#line) void this.#replace(moveDelay);
          },
          refused: () => {
            if (this.#line === null || this.#line === line) this.#tokens.refuse(token);
          },
          proven: () => this.#tokens.prove(token),
        },
      );
      this.#lines.add(line);
    });
  }

  #use(line: Line): void {
    this.#line = line;
    for (const { error } of [...this.#waiting]) error(MOVED);
  }

  #opened(line: Line, transport: TransportName): void {
    const before = this.#line;
    if (before !== line) this.#use(line);
    this.#isBlocked = transport === 'sse';
    this.#dispatch({ type: 'opened', at: Date.now(), transport });
    if (before !== line) before?.retire();
    if (this.#isBlocked && this.#options.choice === 'auto')
      void this.#replace((attempt) => this.#untilProbe(attempt));
  }

  /** Opens a WebSocket in place of the line, which serves until then. */
  async #replace(delay: (attempt: number) => number): Promise<void> {
    const line = this.#line;
    if (this.#replacing === line) return;
    this.#replacing = line;
    for (let attempt = 0; line === this.#line; attempt += 1) {
      await this.#pauses.wait(delay(attempt));
      const token = await this.#options.access.token().catch(() => null);
      if (line === this.#line && token !== null && token !== this.#tokens.refused)
        await this.#attempt('ws', token);
    }
  }

  #untilProbe(attempt: number): number {
    if (attempt > 0) this.#probeLater(this.#probes + 1);
    return this.#probeAt - Date.now();
  }

  #probeLater(probes: number): void {
    this.#probes = probes;
    this.#probeAt = Date.now() + Math.min(PROBE_FIRST_MS * 2 ** probes, PROBE_LONGEST_MS);
  }

  #lost(transport: TransportName): void {
    this.#dispatch({ type: 'lost', at: Date.now(), random: Math.random(), away: awayNow() });
    if (transport === 'ws') void this.#doubt();
  }

  /** After a WebSocket was lost: where HTTP passes, goes on over that. */
  async #doubt(): Promise<void> {
    const { choice, address, fetch } = this.#options;
    const state = this.#state.getSnapshot();
    if (choice !== 'auto' || state.state !== 'waiting') return;
    if (this.#hasPassed && state.attempt < DOUBT_AFTER) return;
    if (!(await answers({ url: address.http, fetch }, ANSWER_MS))) return;
    if (this.#state.getSnapshot().state === 'open') return;
    this.#isBlocked = true;
    this.#probeLater(0);
    this.#retry();
  }

  /** Waits until it is time for an attempt. */
  async #turn(): Promise<void> {
    for (;;) {
      const now = this.#state.getSnapshot();
      const until = now.state === 'waiting' ? now.retryAt : now.state === 'suspended' ? Infinity : 0;
      const left = until - Date.now();
      if (left <= 0) return;
      await this.#pauses.wait(left);
    }
  }

  /** There is no token to go on with: everything ends, until a call finds another one. */
  #stop(): void {
    const reason = this.#tokens.refused === null ? 'unauthenticated' : 'token_invalid';
    this.#dispatch({ type: 'refused', reason });
    this.#end(unauthorised(reason));
  }

  #end(error: ParleyClientError | null): void {
    const ended = [...this.#lines];
    this.#lines.clear();
    this.#line = null;
    this.#era = {};
    this.#connecting = null;
    this.#pauses.cutShort();
    for (const line of ended) line.end(error);
    for (const call of [...this.#waiting]) endCall(call, error);
  }

  #dispatch(event: ConnectionEvent): void {
    this.#state.set(transition(this.#state.getSnapshot(), event));
  }

  #retry(): void {
    this.#dispatch({ type: 'hurried', at: Date.now() });
    this.#pauses.cutShort();
  }

  /** The page was hidden or shown, or the network has come or gone. */
  #looked(): void {
    const reason = awayNow();
    if (reason === null) this.#retry();
    else this.#dispatch({ type: 'away', reason });
    if (reason !== 'hidden') this.#line?.check();
  }
}

const moveDelay = (attempt: number): number =>
  attempt === 0 ? MOVE_WITHIN_MS * Math.random() : backoff(attempt, Math.random());
