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
  transition,
  type Connection,
  type ConnectionEvent,
  type ConnectionState,
  type TransportName,
} from './connection.ts';
import { isAnswer, unauthorised, type ParleyClientError } from './errors.ts';
import { callOverHttp, type Fetch } from './http-call.ts';
import { ANSWER_MS, endCall, endWhenAborted, Line, MOVED, type Call, type Results } from './line.ts';
import { socketWire, type WebSocketConstructor } from './socket-wire.ts';
import { Source } from './subscribable.ts';
import { awayNow, watchSurroundings } from './surroundings.ts';

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
  /** The token that the server refused last; it is not shown again. */
  #refused: string | null = null;
  /** What came of looking for another one than `of`: done once, unless that other one proves good. */
  #renewal: { of: string; result: Promise<string | null>; gave?: string | null } | null = null;
  readonly #wakers = new Set<() => void>();
  /** Something has come over a WebSocket. */
  #hasPassed = false;
  /** WebSockets do not pass, HTTP does. */
  #isBlocked: boolean;
  #probes = 0;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#isBlocked = options.choice === 'sse';
    this.#unwatch = watchSurroundings(() => this.#looked());
  }

  readonly connection: Connection = this.#connection();

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
    const [era, line, refused] = [this.#era, this.#line, this.#refused];
    if (refused === null || (line !== null && line.token !== refused)) return true;
    const next = await this.#renewed(refused);
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

  /** Ends everything that was asked for in the name of the person until now. */
  drop(): void {
    this.#refused = null;
    this.#renewal = null;
    this.#dispatch({ type: 'dropped' });
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
      const token = await this.#token().catch(() => undefined);
      if (era !== this.#era) return;
      if (token === null) return this.#stop();
      if (token !== undefined) this.#dispatch({ type: 'dialled' });
      const transport = this.#isBlocked ? 'sse' : 'ws';
      const isHeard = token !== undefined && (await this.#attempt(transport, token));
      if (era !== this.#era) return;
      if (isHeard) break;
      this.#lost(transport);
      await this.#turn();
    }
    if (era === this.#era) this.#connecting = null;
  }

  /** Opens a line. False when it was lost before anything was heard. */
  async #attempt(transport: TransportName, token: string): Promise<boolean> {
    const { WebSocket, address, fetch } = this.#options;
    const era = this.#era;
    const wires = transport === 'sse' ? await import('./stream-wire.ts').catch(() => null) : undefined;
    if (era !== this.#era || wires === null) return false;
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
            resolve(true);
          },
          lost: () => {
            this.#lines.delete(line);
            const wasInUse = line === this.#line;
            if (wasInUse) this.#line = null;
            resolve(false);
            if (wasInUse && this.#connecting === null) {
              this.#lost(transport);
              void this.#connect();
            }
          },
          summoned: () => {
            if (line === this.#line) void this.#replace(moveDelay);
          },
          refused: () => {
            if (this.#line === null || this.#line === line) this.#refused = token;
          },
          proven: () => {
            if (token !== this.#refused) this.#renewal = null;
          },
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
    if (this.#isBlocked && this.#options.choice === 'auto') void this.#replace(() => this.#untilProbe());
  }

  /** Opens a WebSocket in place of the line, which serves until then. */
  async #replace(delay: (attempt: number) => number): Promise<void> {
    const line = this.#line;
    if (this.#replacing === line) return;
    this.#replacing = line;
    for (let attempt = 0; line === this.#line; attempt += 1) {
      await this.#pause(delay(attempt));
      const token = await this.#options.access.token().catch(() => null);
      if (line === this.#line && token !== null && token !== this.#refused) await this.#attempt('ws', token);
    }
  }

  #untilProbe(): number {
    return Math.min(PROBE_FIRST_MS * 2 ** this.#probes++, PROBE_LONGEST_MS);
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
    const signal = AbortSignal.timeout(ANSWER_MS);
    try {
      await callOverHttp({ url: address.http, fetch }, { type: 'query', path: 'auth.me', signal });
    } catch (error) {
      if (!isAnswer(error)) return;
    }
    if (this.#state.getSnapshot().state === 'open') return;
    this.#isBlocked = true;
    this.#probes = 0;
    this.#retry();
  }

  /** Waits until it is time for an attempt. */
  async #turn(): Promise<void> {
    for (;;) {
      const now = this.#state.getSnapshot();
      const until = now.state === 'waiting' ? now.retryAt : now.state === 'suspended' ? Infinity : 0;
      const left = until - Date.now();
      if (left <= 0) return;
      await this.#pause(left);
    }
  }

  async #token(): Promise<string | null> {
    const token = await this.#options.access.token();
    return token !== null && token === this.#refused ? this.#renewed(token) : token;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wakers.delete(done);
        resolve();
      };
      const timer = ms === Infinity ? undefined : setTimeout(done, ms);
      this.#wakers.add(done);
    });
  }

  async #renewed(refused: string): Promise<string | null> {
    if (this.#renewal?.of !== refused) {
      // The one that it gave last time is refused as well, and nothing else was heard: enough.
      const enough = this.#renewal !== null && this.#renewal.gave === refused;
      this.#renewal = {
        of: refused,
        result: enough ? Promise.resolve(null) : this.#options.access.renew(refused),
      };
    }
    const renewal = this.#renewal;
    try {
      renewal.gave = await renewal.result;
      return renewal.gave;
    } catch (error) {
      if (this.#renewal === renewal) this.#renewal = null;
      throw error;
    }
  }

  /** There is no token to go on with: everything ends, until a call finds another one. */
  #stop(): void {
    const reason = this.#refused === null ? 'unauthenticated' : 'token_invalid';
    this.#dispatch({ type: 'refused', reason });
    this.#end(unauthorised(reason));
  }

  #end(error: ParleyClientError | null): void {
    const ended = [...this.#lines];
    this.#lines.clear();
    this.#line = null;
    this.#era = {};
    this.#connecting = null;
    this.#wake();
    for (const line of ended) line.end(error);
    for (const call of [...this.#waiting]) endCall(call, error);
  }

  #dispatch(event: ConnectionEvent): void {
    this.#state.set(transition(this.#state.getSnapshot(), event));
  }

  #wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }

  #retry(): void {
    this.#dispatch({ type: 'hurried', at: Date.now() });
    this.#wake();
  }

  /** The page was hidden or shown, or the network has come or gone. */
  #looked(): void {
    const reason = awayNow();
    if (reason === null) this.#retry();
    else this.#dispatch({ type: 'away', reason });
    if (reason !== 'hidden') this.#line?.check();
  }

  #connection(): Connection {
    const state = this.#state;
    return {
      get state() {
        return state.getSnapshot().state;
      },
      getSnapshot: state.getSnapshot,
      subscribe: state.subscribe,
      retry: () => this.#retry(),
    };
  }
}

const moveDelay = (attempt: number): number =>
  attempt === 0 ? MOVE_WITHIN_MS * Math.random() : backoff(attempt, Math.random());
