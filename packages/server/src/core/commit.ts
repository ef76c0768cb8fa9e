/**
 * The only durable write. One transaction holds a change and the log entries that tell of it; the bus is told after
 * the commit. A topic's seq is taken by incrementing its locked head row, so seq order is commit order. Rooms are
 * locked when opened, inboxes all at once and sorted at the end: no two transactions can wait for each other.
 */
import type { Bus } from '../bus/bus.ts';
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { encodeEvent, type DurableEvents } from './event.ts';
import { groupBy } from './group-by.ts';
import type { LogEntry, Refs } from './log.ts';
import type { Metrics } from './metrics.ts';
import { inboxTopic, roomTopic, type RoomTopic, type Topic } from './topics.ts';

export type Transaction = Prisma.TransactionClient;

/** An entry to be, and the event that tells of it now. */
interface Appended extends LogEntry {
  event: { type: string; payload: unknown };
}

/** A room whose head is locked until the transaction ends: what is read after opening it stays true. */
export interface OpenRoom {
  readonly topic: RoomTopic;
  /** The seq of the newest entry, those appended here included. */
  readonly head: number;
  /** The database's time. */
  readonly now: Date;
  /** The seq that the next {@link append} will take. */
  readonly nextSeq: number;
  /** Adds an entry and returns its seq. A replayed entry must give the same payload. */
  append<Type extends keyof DurableEvents['room'] & string>(
    type: Type,
    refs: Refs,
    payload: DurableEvents['room'][Type],
  ): number;
}

export interface CommitScope {
  readonly tx: Transaction;
  /** Locks a conversation's head. Open several in sorted order. */
  open(conversationId: string): Promise<OpenRoom>;
  /** Adds an entry to a person's inbox; its seq is taken at the end of the transaction. */
  notify<Type extends keyof DurableEvents['inbox'] & string>(
    userId: string,
    type: Type,
    refs: Refs,
    payload: DurableEvents['inbox'][Type],
  ): void;
}

export type Commit = <Result>(work: (scope: CommitScope) => Promise<Result>) => Promise<Result>;

export function createCommit({ db, bus, metrics }: { db: PrismaClient; bus: Bus; metrics: Metrics }): Commit {
  return async (work) => {
    const stop = metrics.commitSeconds.startTimer();
    const { result, entries } = await db.$transaction(async (tx) => {
      const scope = new Scope(tx);
      const result = await work(scope);
      return { result, entries: await scope.flush() };
    });
    stop();
    for (const { topic, seq, event } of entries) {
      metrics.eventsPublished.inc({ type: event.type });
      bus.publish(topic, { seq, type: event.type, body: encodeEvent(event) });
    }
    return result;
  };
}

class Scope implements CommitScope {
  readonly tx: Transaction;
  readonly #rooms = new Map<RoomTopic, Room>();
  readonly #notices: Omit<Appended, 'seq' | 'at'>[] = [];

  constructor(tx: Transaction) {
    this.tx = tx;
  }

  async open(conversationId: string): Promise<OpenRoom> {
    const topic = roomTopic(conversationId);
    const opened = this.#rooms.get(topic);
    if (opened !== undefined) return opened;
    const [row] = await this.tx.$queryRaw<[{ head: bigint; now: Date }]>`
      INSERT INTO "Topic" AS t (id) VALUES (${topic})
      ON CONFLICT (id) DO UPDATE SET head = t.head
      RETURNING head, date_trunc('milliseconds', clock_timestamp()) AS now`;
    const room = new Room(topic, Number(row.head), row.now);
    this.#rooms.set(topic, room);
    return room;
  }

  notify(userId: string, type: string, refs: Refs, payload: unknown): void {
    this.#notices.push({ topic: inboxTopic(userId), type, refs, event: { type, payload } });
  }

  /** Writes what was appended, and returns it in order. */
  async flush(): Promise<Appended[]> {
    const entries = [...this.#rooms.values()].flatMap((room) => room.appended);
    for (const room of this.#rooms.values()) {
      if (room.appended.length > 0) {
        await this.tx.topic.update({ where: { id: room.topic }, data: { head: room.head } });
      }
    }
    entries.push(...(await this.#numberNotices()));
    if (entries.length > 0) {
      await this.tx.logEntry.createMany({
        data: entries.map(({ topic, seq, type, refs, at }) => ({ topic, seq, type, refs, at })),
      });
    }
    return entries;
  }

  async #numberNotices(): Promise<Appended[]> {
    if (this.#notices.length === 0) return [];
    const byTopic = groupBy(this.#notices, (notice) => notice.topic);
    const topics = [...byTopic.keys()].toSorted();
    const counts = topics.map((topic) => byTopic.get(topic)?.length ?? 0);
    const heads = await this.tx.$queryRaw<{ id: Topic; head: bigint; now: Date }[]>`
      INSERT INTO "Topic" AS t (id, head)
      SELECT id, count FROM unnest(${topics}::text[], ${counts}::bigint[]) AS n (id, count) ORDER BY id
      ON CONFLICT (id) DO UPDATE SET head = t.head + EXCLUDED.head
      RETURNING id, head, date_trunc('milliseconds', clock_timestamp()) AS now`;
    return heads.flatMap(({ id, head, now }) => {
      const notices = byTopic.get(id) ?? [];
      const first = Number(head) - notices.length + 1;
      const at = [...this.#rooms.values()][0]?.now ?? now;
      return notices.map((notice, index) => ({ ...notice, seq: first + index, at }));
    });
  }
}

class Room implements OpenRoom {
  readonly topic: RoomTopic;
  readonly now: Date;
  readonly appended: Appended[] = [];
  #head: number;

  constructor(topic: RoomTopic, head: number, now: Date) {
    this.topic = topic;
    this.#head = head;
    this.now = now;
  }

  get head(): number {
    return this.#head;
  }

  get nextSeq(): number {
    return this.#head + 1;
  }

  append(type: string, refs: Refs, payload: unknown): number {
    this.#head += 1;
    this.appended.push({
      topic: this.topic,
      seq: this.#head,
      type,
      refs,
      at: this.now,
      event: { type, payload },
    });
    return this.#head;
  }
}
