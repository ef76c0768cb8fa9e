/**
 * Delivers to the readers of this node. One bus subscription per topic with readers, however many they are; a topic
 * without readers is not here. Liveness does not depend on the bus: the heads of the topics served here are compared
 * with the log every few seconds, so a lost frame costs seconds, never a message.
 */
import type { Bus } from '../bus/bus.ts';
import type { Frame } from '../bus/frame.ts';
import type { Clock } from '../core/clock.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Log } from '../core/log.ts';
import type { Logger } from '../core/logger.ts';
import type { Metrics } from '../core/metrics.ts';
import { sharedRead } from '../core/shared-read.ts';
import { isInbox, type Topic } from '../core/topics.ts';
import { LiveEvent } from './live-event.ts';
import { LoggedLive } from './logged-live.ts';
import type { Reader } from './reader.ts';
import { Replays } from './replays.ts';
import { RingBudget } from './ring.ts';
import { Seat, type Page, type Served } from './seat.ts';
import { LiveTopic } from './topic.ts';

declare module '../core/services.ts' {
  interface Services {
    hub: Hub;
  }
}

const HEAD_CHECK_MS = 3_000;
/** Topics whose heads are asked for in one query. */
const HEADS_READ = 1_000;
/** Events that one read of the log returns. */
export const PAGE_EVENTS = 200;

/** Is given an ephemeral event of a topic that is served here; must not throw. */
export type Interceptor = (event: AnyEvent, frame: Frame, topic: Topic) => void;

interface HubParts {
  bus: Bus;
  eventLog: Log;
  log: Logger;
  metrics: Metrics;
  clock: Clock;
}

export class Hub implements Disposable {
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #topics = new Map<Topic, Promise<Served>>();
  /** Those that are open. */
  readonly #served = new Set<Served>();
  readonly #rings = new RingBudget();
  /** Reads of the log under way: readers resuming from the same place share one. */
  readonly #reads = new Map<string, Promise<LoggedLive[]>>();
  /** Who is given the ephemeral events of a type, in place of the readers. */
  readonly #interceptors = new Map<string, Interceptor>();
  readonly #headOf: (topic: Topic) => Promise<number | undefined>;
  readonly #check: Disposable;
  readonly #deafen: () => void;
  /** To how many readers at once an event was given. */
  readonly #givenToInbox = (readers: number) => this.#metrics.eventsDelivered.inc({ feed: 'inbox' }, readers);
  readonly #givenToRoom = (readers: number) => this.#metrics.eventsDelivered.inc({ feed: 'room' }, readers);
  readonly #usher = {
    replays: new Replays(),
    refresh: async ({ topic, live }: Served) => live.raise((await this.#headOf(topic)) ?? 0),
    next: (served: Served, after: number) => this.#next(served, after),
    leave: (served: Served, reader: Reader) => this.#leave(served, reader),
  };
  /** The check of heads that is under way … */
  #checking: Promise<void> | undefined;
  /** … and the one that follows it. */
  #nextCheck: Promise<void> | undefined;

  constructor({ bus, eventLog, log, metrics, clock }: HubParts) {
    this.#bus = bus;
    this.#metrics = metrics;
    this.#log = eventLog;
    this.#logger = log;
    this.#headOf = sharedRead((topics) => eventLog.heads(topics), { maxKeys: HEADS_READ });
    // One that takes longer than that is followed by the next as late as any other.
    this.#check = clock.every(HEAD_CHECK_MS, () => {
      if (this.#checking === undefined) void this.checkHeads();
    });
    this.#deafen = bus.onLoss(() => void this.checkHeads());
  }

  /** Seats a reader. From here on it is woken for everything newer than the seat's head. */
  async attach(topic: Topic, reader: Reader): Promise<Seat> {
    for (;;) {
      const opening = this.#topics.get(topic) ?? this.#open(topic);
      const served = await opening;
      // The last reader may have closed the topic while this one waited for it.
      if (this.#topics.get(topic) !== opening) continue;
      return new Seat(this.#usher, served, reader);
    }
  }

  /** From here on the ephemeral events of a type are given to `interceptor`, which tells the readers what it likes. */
  intercept(type: string, interceptor: Interceptor): void {
    this.#interceptors.set(type, interceptor);
  }

  /** Whether a topic has readers here. */
  serves(topic: Topic): boolean {
    return this.#topics.has(topic);
  }

  /** Tells an ephemeral event to the readers of this node, where there are any, but for one person. */
  tell(topic: Topic, event: AnyEvent, except?: string): void {
    this.#topics.get(topic)?.then(({ live }) => live.tell(LiveEvent.of(event), except), ignore);
  }

  /**
   * Compares the head of every topic here with the log as it is from now on: whoever asks while that is done shares the
   * next time with all who do. Never rejects.
   */
  checkHeads(): Promise<void> {
    this.#nextCheck ??= Promise.resolve(this.#checking).then(() => {
      this.#nextCheck = undefined;
      this.#checking = this.#compareHeads().finally(() => (this.#checking = undefined));
      return this.#checking;
    });
    return this.#nextCheck;
  }

  [Symbol.dispose](): void {
    this.#check[Symbol.dispose]();
    this.#deafen();
    this.#topics.clear();
    this.#served.clear();
  }

  async #compareHeads(): Promise<void> {
    try {
      const served = [...this.#served];
      for (let index = 0; index < served.length; index += HEADS_READ) {
        const some = served.slice(index, index + HEADS_READ);
        const moved = await this.#log.moved(new Map(some.map(({ topic, live }) => [topic, live.head])));
        for (const { topic, live } of some) live.raise(moved.get(topic) ?? 0);
      }
    } catch (error) {
      this.#logger.warn({ err: error }, 'head check failed');
    }
  }

  #open(topic: Topic): Promise<Served> {
    const opening = this.#serve(topic);
    this.#topics.set(topic, opening);
    opening.catch(() => {
      if (this.#topics.get(topic) === opening) this.#topics.delete(topic);
    });
    return opening;
  }

  /** Subscribes first and reads the head after: nothing falls between. */
  async #serve(topic: Topic): Promise<Served> {
    const live = new LiveTopic(0, this.#rings, isInbox(topic) ? this.#givenToInbox : this.#givenToRoom);
    const unsubscribe = await this.#bus.subscribe(topic, (frame) => this.#accept(topic, live, frame));
    try {
      live.raise((await this.#headOf(topic)) ?? 0);
    } catch (error) {
      unsubscribe();
      throw error;
    }
    const served = { topic, live, unsubscribe, isOver: false };
    this.#served.add(served);
    return served;
  }

  #accept(topic: Topic, live: LiveTopic, frame: Frame): void {
    const interceptor = frame.seq === null ? this.#interceptors.get(frame.type) : undefined;
    if (interceptor === undefined) return live.accept(frame);
    if (frame.after !== undefined) live.raise(frame.after);
    interceptor(LiveEvent.fromFrame(frame).event, frame, topic);
  }

  #leave(served: Served, reader: Reader): void {
    const { topic, live, unsubscribe } = served;
    live.unseat(reader);
    if (!live.isEmpty || served.isOver || !this.#topics.has(topic)) return;
    served.isOver = true;
    this.#topics.delete(topic);
    this.#served.delete(served);
    unsubscribe();
    live.close();
  }

  async #next({ topic, live }: Served, after: number): Promise<Page> {
    const ring = live.after(after);
    if (ring !== undefined) return { events: ring, replayed: false };
    // Not one that began at an older head: what came since may have taken something away.
    const key = `${topic} ${after} ${live.head}`;
    let read = this.#reads.get(key);
    if (read === undefined) {
      read = this.#read(topic, live, after).finally(() => this.#reads.delete(key));
      this.#reads.set(key, read);
    }
    return { events: await read, replayed: true };
  }

  async #read(topic: Topic, live: LiveTopic, after: number): Promise<LoggedLive[]> {
    const { head } = live;
    const page = (await this.#log.read(topic, after, PAGE_EVENTS)).map((logged) => LoggedLive.of(logged));
    if (page.length === 0) live.lower(after, head);
    else live.fill(page, head);
    return page;
  }
}

const ignore = () => undefined;
