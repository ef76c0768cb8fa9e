/**
 * One connection to Redis that is either up or down, and says so. Nothing queues for one that is down: a command fails
 * at once, and one without an answer within a second fails too. A server that no longer answers is noticed by a ping,
 * given up and connected to again, for as long as it takes.
 */
import type { Redis } from 'ioredis';

import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';
import { plainError, redisUnusable, type RedisPlace } from './redis-place.ts';

export const REDIS_TIMES = {
  /** A command without an answer has failed. */
  commandMs: 1_000,
  /** How often an open connection is asked whether it lives. */
  pingMs: 1_000,
  /** The first connection is there by then, or the server does not start. */
  startMs: 5_000,
  /** The longest wait before it is tried again to connect. */
  retryMs: 1_000,
};

interface Options {
  place: RedisPlace;
  /** What it is for: Redis shows it in `CLIENT LIST`. */
  name: string;
  clock: Clock;
  log: Logger;
}

export class RedisLink {
  readonly client: Redis;
  readonly #options: Options;
  readonly #ping: Disposable;
  #started = false;
  #up = false;
  #closed = false;
  /** The last that went wrong. */
  #error: unknown;
  readonly #onUp: (() => void)[] = [];
  readonly #onDown: (() => void)[] = [];

  /** `Client`: the library's, which only nodes that have a Redis load. */
  private constructor(options: Options, Client: typeof Redis) {
    const { place, name, clock } = options;
    this.#options = options;
    this.client = new Client({
      ...place.options,
      connectionName: `parley-${name}`,
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResubscribe: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: REDIS_TIMES.commandMs,
      commandTimeout: REDIS_TIMES.commandMs,
      disconnectTimeout: 100,
      retryStrategy: (times) =>
        this.#started ? Math.min(50 * 2 ** Math.min(times, 10), REDIS_TIMES.retryMs) * jitter() : null,
    });
    this.client.on('error', (error) => (this.#error = error));
    this.client.on('ready', () => this.#rise());
    this.client.on('close', () => this.#fall());
    this.#ping = clock.every(REDIS_TIMES.pingMs, () => void this.#look());
  }

  /**
   * Connects for the first time.
   *
   * @throws StartupError in one line that says why it cannot.
   */
  static async open(options: Options): Promise<RedisLink> {
    const { Redis: Client } = await import('ioredis');
    const link = new RedisLink(options, Client);
    let late = (): void => undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      late = () => reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
    });
    const timer = options.clock.after(REDIS_TIMES.startMs, () => late());
    try {
      await Promise.race([link.client.connect(), timeout]);
      // The client goes on without the database that it could not select.
      if (link.#error !== undefined) throw link.#error;
      link.#started = true;
      return link;
    } catch (error) {
      await link.close();
      throw redisUnusable(options.place, link.#error ?? error);
    } finally {
      timer[Symbol.dispose]();
    }
  }

  get isUp(): boolean {
    return this.#up;
  }

  /** Called each time the connection is there again. */
  onUp(listener: () => void): void {
    this.#onUp.push(listener);
  }

  /** Called each time it has gone, other than by {@link close}. */
  onDown(listener: () => void): void {
    this.#onDown.push(listener);
  }

  /** Gives up a connection that does not answer, and connects again. */
  reset(): void {
    if (!this.#up) return;
    this.#fall();
    this.client.disconnect(true);
  }

  /**
   * What was sent at `at` had no answer in time. Where this process itself stood still that says nothing: timers are
   * called before what has come meanwhile is read.
   */
  suspect(at: number): void {
    if (this.#options.clock.now() - at >= 2 * REDIS_TIMES.commandMs) return;
    const { stream } = this.client;
    const { bytesRead } = stream;
    setImmediate(() => {
      if (stream === this.client.stream && stream.bytesRead === bytesRead) this.reset();
    });
  }

  /** What was sent is answered first, for as long as a command may take. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ping[Symbol.dispose]();
    if (this.#up) await this.client.quit().catch(() => undefined);
    this.#up = false;
    this.client.disconnect();
  }

  async #look(): Promise<void> {
    if (!this.#up) return;
    const at = this.#options.clock.now();
    try {
      await this.client.ping();
    } catch {
      this.suspect(at);
    }
  }

  #rise(): void {
    if (this.#closed) return;
    this.#up = true;
    if (!this.#started) return;
    this.#options.log.info({ redis: this.#options.name }, 'redis is back');
    for (const listener of this.#onUp) listener();
  }

  #fall(): void {
    if (!this.#up || this.#closed) return;
    this.#up = false;
    this.#options.log.warn({ redis: this.#options.name, err: plainError(this.#error) }, 'redis is away');
    for (const listener of this.#onDown) listener();
  }
}

/** Many nodes that lost one server do not come back in one tick. */
const jitter = () => 0.5 + Math.random() / 2;
