/**
 * One HTTP request as a connection. A call's is over with its reply; an event stream's has an expiry, a place among
 * its person's connections, and is cut off when its peer does not read.
 */
import type { ServerResponse } from 'node:http';

import type { Clock } from '../core/clock.ts';
import type { Connection } from '../core/connection.ts';
import type { Authentication } from '../core/context.ts';
import { Endings } from '../core/endings.ts';
import { Refusal } from '../core/refusal.ts';
import type { Connections } from './connections.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { TokenLife } from './token-life.ts';

interface Options {
  id: string;
  ip: string;
  response: ServerResponse;
  limits: EdgeLimits;
  clock: Clock;
}

export class StreamConnection implements Connection {
  readonly transport = 'http';
  readonly id: string;
  readonly ip: string;
  subscriptions = 0;
  readonly #options: Options;
  readonly endings = new Endings();
  readonly #resources: Disposable[] = [];
  #authentication: Authentication = { caller: undefined, refusal: 'unauthenticated' };
  #stalledAt: number | undefined;
  #isEnded = false;

  constructor(options: Options) {
    this.#options = options;
    this.id = options.id;
    this.ip = options.ip;
    options.response.once('close', () => this.#closed());
    options.response.on('drain', () => (this.#stalledAt = undefined));
  }

  get signal(): AbortSignal {
    return this.endings.signal;
  }

  /** Unless it was ended here, a response does not tell who ended it. */
  get isLost(): boolean {
    return this.#isEnded;
  }

  get generation(): number {
    return this.#authentication.caller === undefined ? 0 : this.#authentication.generation;
  }

  get congested(): boolean {
    return this.#options.response.writableNeedDrain;
  }

  /** Resolves also when the peer has gone: whoever waits is told by the signal, and may have been given up by tRPC. */
  drained(): Promise<void> | undefined {
    return this.#options.response.writableNeedDrain ? this.#drained() : undefined;
  }

  async #drained(): Promise<void> {
    const { response } = this.#options;
    await new Promise<void>((resolve) => {
      const go = () => {
        response.off('drain', go);
        response.off('close', go);
        resolve();
      };
      response.once('drain', go);
      response.once('close', go);
    });
  }

  authentication(): Authentication {
    return this.#authentication;
  }

  settle(authentication: Authentication): void {
    this.#authentication = authentication;
  }

  /** Makes it an event stream: counts it among its person's connections until it closes. */
  stream(connections: Connections): void {
    const { clock, limits, response } = this.#options;
    const authentication = this.#authentication;
    if (authentication.caller === undefined || response.destroyed) return;
    const place = connections.add(authentication.caller, this);
    if (place === undefined) {
      this.#authentication = { caller: undefined, refusal: 'too_many_connections' };
      return;
    }
    const expired = () => this.end(new Refusal('token_expired'));
    const life = new TokenLife({ expired }, clock, limits);
    life.lasts(authentication.expiresAt);
    this.#resources.push(
      place,
      life,
      clock.every(limits.stallMs / 4, () => this.#look()),
    );
  }

  end(refusal: Error): void {
    const { clock, limits, response } = this.#options;
    if (this.endings.isOver) return;
    this.#isEnded = true;
    this.endings.end(refusal);
    // The subscription tells its reader and ends the response; one that does not is cut off.
    this.#resources.push(clock.after(limits.settleMs, () => response.destroy()));
  }

  #look(): void {
    const { clock, limits, response } = this.#options;
    if (!response.writableNeedDrain) this.#stalledAt = undefined;
    else if (this.#stalledAt === undefined) this.#stalledAt = clock.elapsed();
    else if (clock.elapsed() - this.#stalledAt >= limits.stallMs) response.destroy();
  }

  #closed(): void {
    for (const resource of this.#resources.splice(0)) resource[Symbol.dispose]();
    this.endings.end();
  }
}
