/**
 * A bus between processes, on Redis's sharded pub/sub. This node's own listeners hear its frames at once and without
 * Redis; the copy that comes back is dropped. What cannot be sent while Redis is away or slow is dropped and counted:
 * every frame is a hint. Subscriptions are made again after every reconnect, here and not by the client, and those who
 * may have missed something are told.
 */
import { randomBytes } from 'node:crypto';

import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Metrics } from '../core/metrics.ts';
import { RedisLink } from '../core/redis-link.ts';
import { redisUnusable, type RedisPlace } from '../core/redis-place.ts';
import { StartupError } from '../core/startup-error.ts';
import type { Bus, Listener } from './bus.ts';
import { EmitterBus } from './emitter-bus.ts';
import type { Frame } from './frame.ts';
import { decodeFrame, encodeFrame, FRAME_FORM, ORIGIN_LENGTH } from './wire.ts';

export const REDIS_BUS_LIMITS = {
  /** Frames that Redis has not answered yet; the next one is dropped … */
  frames: 10_000,
  /** … and so it is when they have more bytes than this. */
  bytes: 16_777_216,
  /** Subscriptions that one command makes again. */
  subscriptions: 500,
};

interface Options {
  place: RedisPlace;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  /** Is told what a listener throws; by default the log is. */
  onError?: (error: unknown) => void;
  limits?: Partial<typeof REDIS_BUS_LIMITS>;
}

export class RedisBus implements Bus {
  readonly #origin = randomBytes(ORIGIN_LENGTH / 2).toString('hex');
  readonly #prefix: string;
  readonly #options: Options;
  readonly #limits: typeof REDIS_BUS_LIMITS;
  readonly #local: EmitterBus;
  readonly #publisher: RedisLink;
  readonly #subscriber: RedisLink;
  /** Topics with listeners here. */
  readonly #held = new Map<string, { listeners: number; made: Promise<void> }>();
  /** Whether every topic with listeners is subscribed to. */
  #whole = true;
  readonly #losses = new Set<() => void>();
  readonly #waiting = { frames: 0, bytes: 0 };
  #closed: Promise<void> | undefined;

  private constructor(options: Options, links: { publisher: RedisLink; subscriber: RedisLink }) {
    const { place, log, metrics, limits } = options;
    this.#options = options;
    this.#prefix = `parley:${FRAME_FORM}:${place.db}:`;
    this.#limits = { ...REDIS_BUS_LIMITS, ...limits };
    this.#local = new EmitterBus(
      options.onError ?? ((error) => log.error({ err: error }, 'a listener failed')),
    );
    this.#publisher = links.publisher;
    this.#subscriber = links.subscriber;
    this.#subscriber.client.on('smessage', (channel: string, text: string) => this.#receive(channel, text));
    this.#subscriber.onDown(() => (this.#whole = false));
    this.#subscriber.onUp(() => void this.#restore());
    for (const link of [this.#publisher, this.#subscriber]) link.onUp(() => metrics.busReconnects.inc());
  }

  /** @throws StartupError in one line when Redis cannot be used. */
  static async open(options: Options): Promise<RedisBus> {
    const publisher = await RedisLink.open({ ...options, name: 'publisher' });
    let subscriber: RedisLink | undefined;
    try {
      subscriber = await RedisLink.open({ ...options, name: 'subscriber' });
      await probe(subscriber, options.place);
      return new RedisBus(options, { publisher, subscriber });
    } catch (error) {
      await publisher.close();
      await subscriber?.close();
      throw redisUnusable(options.place, error);
    }
  }

  get isUp(): boolean {
    return this.#publisher.isUp && this.#subscriber.isUp && this.#whole;
  }

  publish(topic: string, frame: Frame): void {
    if (this.#closed !== undefined) return;
    this.#local.publish(topic, frame);
    if (!this.#publisher.isUp) return this.#drop('away');
    const text = encodeFrame(this.#origin, frame);
    const bytes = Buffer.byteLength(text);
    const waiting = this.#waiting;
    if (waiting.frames >= this.#limits.frames || waiting.bytes + bytes > this.#limits.bytes) {
      return this.#drop('slow');
    }
    waiting.frames += 1;
    waiting.bytes += bytes;
    const answered = () => {
      waiting.frames -= 1;
      waiting.bytes -= bytes;
    };
    const at = this.#options.clock.now();
    this.#publisher.client.spublish(this.#prefix + topic, text).then(answered, () => {
      answered();
      this.#drop('away');
      // Nothing that waits behind it will have an answer in time either.
      this.#publisher.suspect(at);
    });
  }

  async subscribe(topic: string, listener: Listener): Promise<() => void> {
    const leave = await this.#local.subscribe(topic, listener);
    await this.#hold(topic);
    let here = true;
    return () => {
      leave();
      if (here) this.#release(topic);
      here = false;
    };
  }

  onLoss(listener: () => void): () => void {
    this.#losses.add(listener);
    return () => void this.#losses.delete(listener);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#losses.clear();
    await this.#local.close();
    await Promise.all([this.#publisher.close(), this.#subscriber.close()]);
  }

  /** Resolves when Redis sends the topic's frames here, or is away: then {@link #restore} asks for them. */
  #hold(topic: string): Promise<void> {
    const held = this.#held.get(topic) ?? { listeners: 0, made: this.#ask([topic]) };
    this.#held.set(topic, held);
    held.listeners += 1;
    return held.made;
  }

  #release(topic: string): void {
    const held = this.#held.get(topic);
    if (held === undefined) return;
    held.listeners -= 1;
    if (held.listeners > 0) return;
    this.#held.delete(topic);
    if (!this.#subscriber.isUp) return;
    this.#subscriber.client.sunsubscribe(this.#prefix + topic).catch(() => this.#subscriber.reset());
  }

  async #ask(topics: readonly string[]): Promise<void> {
    if (!this.#subscriber.isUp) return;
    try {
      await this.#subscriber.client.ssubscribe(...topics.map((topic) => this.#prefix + topic));
    } catch {
      this.#subscriber.reset();
    }
  }

  async #restore(): Promise<void> {
    const topics = [...this.#held.keys()];
    for (let begin = 0; begin < topics.length; begin += this.#limits.subscriptions) {
      const some = topics.slice(begin, begin + this.#limits.subscriptions);
      await this.#ask(some.filter((topic) => this.#held.has(topic)));
      if (!this.#subscriber.isUp) return;
    }
    this.#whole = true;
    for (const listener of this.#losses) listener();
  }

  #receive(channel: string, text: string): void {
    if (text.startsWith(this.#origin)) return;
    const frame = decodeFrame(text);
    if (frame === undefined) this.#drop('malformed');
    else this.#local.publish(channel.slice(this.#prefix.length), frame);
  }

  #drop(cause: 'away' | 'slow' | 'malformed'): void {
    this.#options.metrics.busDropped.inc({ cause });
  }
}

/** Whether this is a Redis that the bus can be on. */
async function probe({ client }: RedisLink, { name, db }: RedisPlace): Promise<void> {
  const cluster = await client.info('cluster').catch(() => '');
  if (cluster.includes('cluster_enabled:1')) {
    throw new StartupError(`${name} is a cluster, and one server is needed (see REDIS_URL)`);
  }
  const channel = `parley:${db}:probe`;
  await client.ssubscribe(channel);
  await client.spublish(channel, '');
  await client.sunsubscribe(channel);
}
