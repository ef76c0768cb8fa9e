import type { AppRouter } from '@parley/server/api';
/**
 * Carries calls over one WebSocket: opens it at the first call, brings it back when it is lost, shows it a token that is
 * good, and stops when there is none. What a call meant and whether to repeat it is the business of those above.
 */
import { TRPCClientError, type Operation, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';

import type { Access } from './access.ts';
import { backoff } from './backoff.ts';
import { transition, type Connection, type ConnectionEvent, type ConnectionState } from './connection.ts';
import { unauthorised, type ParleyClientError } from './errors.ts';
import { Line, type Results, type WebSocketConstructor } from './line.ts';
import { Source } from './subscribable.ts';

interface TransportOptions {
  url: string;
  WebSocket: WebSocketConstructor;
  access: Access;
}

/** A server that stops asks everyone to move at once: each waits up to so long, while the old socket serves. */
const MOVE_WITHIN_MS = 2_000;

export class Transport {
  readonly #options: TransportOptions;
  readonly #state = new Source<ConnectionState>({ state: 'idle' });
  #line: Line | null = null;
  /** The token that the server refused last; it is not shown again. */
  #refused: string | null = null;
  /** What came of looking for another one than `of`: done once, unless that other one proves good. */
  #renewal: { of: string; result: Promise<string | null>; gave?: string | null } | null = null;
  /** Attempts to replace a socket that is still open. */
  #moves = 0;
  #wake: (() => void) | null = null;

  constructor(options: TransportOptions) {
    this.#options = options;
    if (typeof globalThis.addEventListener === 'function') globalThis.addEventListener('online', this.#retry);
  }

  readonly connection: Connection = this.#connection();

  /** The last link: sends each call over the socket. */
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
    if (typeof globalThis.removeEventListener === 'function') {
      globalThis.removeEventListener('online', this.#retry);
    }
    this.#dispatch({ type: 'closed' });
    await this.#end(null);
  }

  #request(op: Operation): Results {
    if (this.#state.getSnapshot().state === 'closed') {
      return observable((observer) => observer.error(new TRPCClientError('The client is closed')));
    }
    this.#line ??= this.#open();
    return this.#line.request(op);
  }

  #open(): Line {
    this.#dispatch({ type: 'called' });
    const whenCurrent = (act: () => void) => (line: Line) => {
      if (line === this.#line) act();
    };
    return new Line({
      WebSocket: this.#options.WebSocket,
      dial: (line) => this.#dial(line),
      opened: whenCurrent(() => {
        this.#moves = 0;
        this.#dispatch({ type: 'opened', at: Date.now() });
      }),
      lost: whenCurrent(() => {
        this.#dispatch({ type: 'lost', at: Date.now(), random: Math.random() });
        this.#wake?.();
      }),
      refused: (line) => {
        if (line === this.#line) this.#refused = line.token;
      },
      proven: (line) => {
        if (line === this.#line && line.token !== this.#refused) this.#renewal = null;
      },
    });
  }

  /** Waits until it is time for an attempt, and says where to and with which token. */
  async #dial(line: Line): Promise<{ url: string; token: string }> {
    await this.#turn(line);
    let token = await this.#options.access.token();
    if (token !== null && token === this.#refused) token = await this.#renewed(token);
    if (line !== this.#line) throw new Error('Ended meanwhile');
    if (token === null) {
      this.#stop(line);
      throw new Error('No token');
    }
    this.#dispatch({ type: 'dialled' });
    return { url: this.#options.url, token };
  }

  async #turn(line: Line): Promise<void> {
    const { state } = this.#state.getSnapshot();
    let moveAt = 0;
    if (state === 'open') {
      moveAt =
        Date.now() +
        (this.#moves === 0 ? MOVE_WITHIN_MS * Math.random() : backoff(this.#moves, Math.random()));
      this.#moves += 1;
    }
    while (line === this.#line) {
      const now = this.#state.getSnapshot();
      const left = (now.state === 'waiting' ? now.retryAt : now.state === 'open' ? moveAt : 0) - Date.now();
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
      const timer = setTimeout(done, ms);
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
    this.#wake?.();
    await line?.end(error);
  }

  #dispatch(event: ConnectionEvent): void {
    this.#state.set(transition(this.#state.getSnapshot(), event));
  }

  readonly #retry = (): void => {
    this.#dispatch({ type: 'hurried', at: Date.now() });
    this.#wake?.();
  };

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
