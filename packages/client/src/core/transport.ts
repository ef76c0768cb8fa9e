/**
 * Carries calls over one line, opened at the first call: brings it back when it is lost, shows it a token that is good,
 * and stops when there is none. The line is a WebSocket; where those do not pass although HTTP does, it is made of HTTP
 * requests and server-sent events, until a WebSocket passes again. What a call meant and whether to repeat it is the
 * business of those above.
 */
import type { AppRouter } from '@parley/server/api';
import { TRPCClientError, type Operation, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';

import type { Access } from './access.ts';
import type { Address } from './address.ts';
import { backoff } from './backoff.ts';
import { transition, type Connection, type ConnectionEvent, type ConnectionState } from './connection.ts';
import { unauthorised, unreachable, type ParleyClientError } from './errors.ts';
import { callOverHttp, isAnswer, type Fetch } from './http-call.ts';
import { ANSWER_MS, MOVED, type Line, type LineEvents, type Results } from './line.ts';
import { SocketLine, type WebSocketConstructor } from './socket-line.ts';
import type { StreamLine } from './stream-line.ts';
import { Source } from './subscribable.ts';
import { awayNow, watchSurroundings } from './surroundings.ts';

/** `auto`: a WebSocket, and the others only while none passes. */
export type TransportChoice = 'auto' | 'ws' | 'sse';

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
  #line: Line | null = null;
  /** The token that the server refused last; it is not shown again. */
  #refused: string | null = null;
  /** What came of looking for another one than `of`: done once, unless that other one proves good. */
  #renewal: { of: string; result: Promise<string | null>; gave?: string | null } | null = null;
  /** Attempts to replace a socket that is still open. */
  #moves = 0;
  #wake: (() => void) | null = null;
  /** Something has come over a WebSocket. */
  #hasPassed = false;
  /** There, from when it is first needed. */
  #StreamLine: typeof StreamLine | null = null;
  /** WebSockets do not pass, HTTP does. */
  #isBlocked = false;
  #isDoubting = false;
  /** A WebSocket that is tried while the line is another one. */
  #probe: Line | null = null;
  #probes = 0;
  #probeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#isBlocked = options.choice === 'sse';
    this.#unwatch = watchSurroundings(() => this.#looked());
  }

  readonly connection: Connection = this.#connection();

  /** The last link: sends each call over the line. */
  readonly link: TRPCLink<AppRouter> =
    () =>
    ({ op }) =>
      this.#request(op);

  /**
   * After a call was refused for its token: looks for another one. True when there is one and the call may be repeated.
   * Rejects when that cannot be told now.
   */
  async reauthorise(): Promise<boolean> {
    const line = this.#line;
    if (line === null) return false;
    const refused = line.token;
    if (refused === null || refused !== this.#refused) return true;
    const next = await this.#renewed(refused);
    if (line !== this.#line) return this.#line !== null;
    if (next === null) {
      this.#stop(line);
      return false;
    }
    if (line.token === refused) line.hangUp();
    return true;
  }

  /** Ends everything that was asked for in the name of the person until now. */
  drop(): void {
    this.#refused = null;
    this.#renewal = null;
    this.#dispatch({ type: 'dropped' });
    void this.#end(unauthorised('unauthenticated'));
  }

  /** For good: subscriptions complete, calls fail. */
  async close(): Promise<void> {
    this.#unwatch();
    this.#dispatch({ type: 'closed' });
    await this.#end(null);
  }

  #request(op: Operation): Results {
    if (this.#state.getSnapshot().state === 'closed') {
      return observable((observer) => observer.error(new TRPCClientError('The client is closed')));
    }
    if (this.#isBlocked && this.#StreamLine === null) return this.#loading();
    this.#line ??= this.#open();
    return this.#line.request(op);
  }

  /** Sends the call back until its line can be opened. */
  #loading(): Results {
    return observable((observer) => {
      this.#load().then(
        () => observer.error(MOVED),
        (error: unknown) => observer.error(unreachable(error)),
      );
    });
  }

  async #load(): Promise<void> {
    this.#StreamLine ??= (await import('./stream-line.ts')).StreamLine;
  }

  #open(): Line {
    this.#dispatch({ type: 'called' });
    if (!this.#isBlocked || this.#StreamLine === null) return this.#socketLine();
    this.#probeLater();
    return this.#streamLine(this.#StreamLine);
  }

  #socketLine(): Line {
    return new SocketLine({ WebSocket: this.#options.WebSocket, ...this.#events('ws') });
  }

  #streamLine(Class: typeof StreamLine): Line {
    const { address, fetch } = this.#options;
    return new Class({ server: { url: address.http, fetch }, ...this.#events('sse') });
  }

  #events(transport: 'ws' | 'sse'): LineEvents {
    return {
      dial: (line) => (line === this.#probe ? this.#dialProbe() : this.#dial(line)),
      opened: (line) => {
        if (transport === 'ws') this.#hasPassed = true;
        if (line === this.#probe) this.#passes(line);
        else if (line !== this.#line) return;
        this.#moves = 0;
        this.#dispatch({ type: 'opened', at: Date.now(), transport });
      },
      lost: (line) => {
        if (line === this.#probe) this.#endProbe();
        if (line !== this.#line) return;
        this.#dispatch({ type: 'lost', at: Date.now(), random: Math.random(), away: awayNow() });
        this.#wake?.();
        if (transport === 'ws') void this.#doubt(line);
      },
      refused: (line) => {
        if (line === this.#line) this.#refused = line.token;
      },
      proven: (line) => {
        if (line === this.#line && line.token !== this.#refused) this.#renewal = null;
      },
    };
  }

  /** After a WebSocket was lost: where HTTP passes, goes on over that. */
  async #doubt(line: Line): Promise<void> {
    const { choice, address, fetch } = this.#options;
    const state = this.#state.getSnapshot();
    if (choice !== 'auto' || this.#isDoubting || state.state !== 'waiting') return;
    if (this.#hasPassed && state.attempt < DOUBT_AFTER) return;
    this.#isDoubting = true;
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const call = { type: 'query', path: 'auth.me', signal } as const;
      await callOverHttp({ url: address.http, fetch }, call).catch((error: unknown) => {
        if (!isAnswer(error)) throw error;
      });
      await this.#load();
      if (line === this.#line && this.#state.getSnapshot().state !== 'open') this.#fallBack(line);
    } catch {
      // It is not the WebSocket alone: its attempts go on.
    } finally {
      this.#isDoubting = false;
    }
  }

  #fallBack(line: Line): void {
    this.#isBlocked = true;
    this.#probes = 0;
    this.#dispatch({ type: 'hurried', at: Date.now() });
    this.#line = this.#open();
    this.#wake?.();
    line.move();
  }

  #probeLater(): void {
    if (this.#options.choice !== 'auto') return;
    clearTimeout(this.#probeTimer);
    const wait = Math.min(PROBE_FIRST_MS * 2 ** this.#probes, PROBE_LONGEST_MS);
    this.#probeTimer = setTimeout(() => this.#probeNow(), wait);
  }

  #probeNow(): void {
    if (!this.#isBlocked || this.#line === null || this.#probe !== null) return;
    if (this.#options.choice !== 'auto' || awayNow() !== null) return;
    this.#probes += 1;
    this.#probe = this.#socketLine();
  }

  /** A WebSocket passes: it carries everything from here on. */
  #passes(line: Line): void {
    const before = this.#line;
    clearTimeout(this.#probeTimer);
    this.#probe = null;
    this.#isBlocked = false;
    this.#line = line;
    this.#wake?.();
    before?.move();
  }

  #endProbe(): void {
    const probe = this.#probe;
    this.#probe = null;
    void probe?.end(null);
    if (this.#line !== null) this.#probeLater();
  }

  async #dialProbe(): Promise<{ url: string; token: string }> {
    const token = await this.#options.access.token();
    if (token === null || token === this.#refused) throw new Error('No token');
    return { url: this.#options.address.ws, token };
  }

  /** Waits until it is time for an attempt, and says where to and with which token. */
  async #dial(line: Line): Promise<{ url: string; token: string }> {
    await this.#turn(line);
    if (line !== this.#line) throw new Error('Ended meanwhile');
    // The attempt begins here: where no token can be had just now, it has failed.
    if (this.#state.getSnapshot().state !== 'unauthorised') this.#dispatch({ type: 'dialled' });
    let token = await this.#options.access.token();
    if (token !== null && token === this.#refused) token = await this.#renewed(token);
    if (line !== this.#line) throw new Error('Ended meanwhile');
    if (token === null) {
      this.#stop(line);
      throw new Error('No token');
    }
    this.#dispatch({ type: 'dialled' });
    return { url: this.#options.address.ws, token };
  }

  async #turn(line: Line): Promise<void> {
    let moveAt = 0;
    if (this.#state.getSnapshot().state === 'open') {
      moveAt =
        Date.now() +
        (this.#moves === 0 ? MOVE_WITHIN_MS * Math.random() : backoff(this.#moves, Math.random()));
      this.#moves += 1;
    }
    while (line === this.#line) {
      const now = this.#state.getSnapshot();
      const until =
        now.state === 'waiting'
          ? now.retryAt
          : now.state === 'suspended'
            ? Infinity
            : now.state === 'open'
              ? moveAt
              : 0;
      const left = until - Date.now();
      if (left <= 0) return;
      await this.#pause(left);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = ms === Infinity ? undefined : setTimeout(done, ms);
      this.#wake = done;
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
  #stop(line: Line): void {
    if (line !== this.#line) return;
    const reason = this.#refused === null ? 'unauthenticated' : 'token_invalid';
    this.#dispatch({ type: 'refused', reason });
    void this.#end(unauthorised(reason));
  }

  async #end(error: ParleyClientError | null): Promise<void> {
    const line = this.#line;
    this.#line = null;
    this.#moves = 0;
    clearTimeout(this.#probeTimer);
    this.#endProbe();
    this.#wake?.();
    await line?.end(error);
  }

  #dispatch(event: ConnectionEvent): void {
    this.#state.set(transition(this.#state.getSnapshot(), event));
  }

  #retry(): void {
    this.#dispatch({ type: 'hurried', at: Date.now() });
    this.#wake?.();
    this.#probeNow();
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
