/**
 * The only durable write. One transaction holds a change and the log entries that tell of it; the bus is told after
 * the commit. A topic's seq is taken by incrementing its locked head row, so seq order is commit order. The room is
 * locked first, inboxes all at once and sorted at the end: no two commits can wait for each other.
 *
 * A transaction that PostgreSQL has undone for another one's sake (deadlock, serialisation, lock) is done again, a few
 * times. So `work` may run more than once: it changes nothing but the database, through its own `tx`, and lets every
 * failure of a query through; who is to be told otherwise is told after the commit. One whose outcome is not known,
 * because the connection was lost, is never done again here: the caller is told `unavailable`, and finds out by asking
 * again with the same `clientId`.
 */
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { DurableEvents } from './event.ts';
import { groupBy } from './group-by.ts';
import type { LogEntry, Refs } from './log.ts';
import { persist, type PersistParts } from './persist.ts';
import { publish, type PublishParts } from './publish.ts';
import { inboxTopic, roomTopic, type RoomTopic, type Topic } from './topics.ts';
import type { Turns } from './turns.ts';

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
  readonly room: OpenRoom;
  /** Adds an entry to a person's inbox; its seq is taken at the end of the transaction. */
  notify<Type extends keyof DurableEvents['inbox'] & string>(
    userId: string,
    type: Type,
    refs: Refs,
    payload: DurableEvents['inbox'][Type],
  ): void;
}

/**
 * Changes a conversation. Its commits take turns in this process, so that those who wait hold no connection.
 *
 * @param work may run more than once, each time in a new transaction: see the head of this file
 * @throws Refusal `unavailable` when too many wait, or have waited too long
 */
export type Commit = <Result>(
  conversationId: string,
  work: (scope: CommitScope) => Promise<Result>,
) => Promise<Result>;

export interface CommitParts extends PersistParts, PublishParts {
  db: PrismaClient;
  turns: Turns;
}

export function createCommit(parts: CommitParts): Commit {
  const { db, turns } = parts;
  return async (conversationId, work) => {
    const write = () =>
      db.$transaction(async (tx) => {
        const scope = new Scope(tx, await openRoom(tx, roomTopic(conversationId)));
        const result = await work(scope);
        return { result, entries: await scope.flush() };
      });
    const { result, entries } = await turns.take(conversationId, () => persist(write, parts, WRITES));
    publish(parts, entries);
    return result;
  };
}

/** The log tells of everything that is changed. */
const WRITES = { isWrite: ({ entries }: { entries: readonly unknown[] }) => entries.length > 0 };

class Scope implements CommitScope {
  readonly tx: Transaction;
  readonly room: Room;
  readonly #notices: Omit<Appended, 'seq' | 'at'>[] = [];

  constructor(tx: Transaction, room: Room) {
    this.tx = tx;
    this.room = room;
  }

  notify(userId: string, type: string, refs: Refs, payload: unknown): void {
    this.#notices.push({ topic: inboxTopic(userId), type, refs, event: { type, payload } });
  }

  /** Writes what was appended, and returns it in order. */
  async flush(): Promise<Appended[]> {
    const { topic, head, appended } = this.room;
    if (appended.length > 0) await this.tx.topic.update({ where: { id: topic }, data: { head } });
    const entries = [...appended, ...(await this.#numberNotices())];
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
    const heads = await this.tx.$queryRaw<{ id: Topic; head: bigint }[]>`
      INSERT INTO "Topic" AS t (id, head)
      SELECT id, count FROM unnest(${topics}::text[], ${counts}::bigint[]) AS n (id, count) ORDER BY id
      ON CONFLICT (id) DO UPDATE SET head = t.head + EXCLUDED.head
      RETURNING id, head`;
    return heads.flatMap(({ id, head }) => {
      const notices = byTopic.get(id) ?? [];
      const first = Number(head) - notices.length + 1;
      return notices.map((notice, index) => ({ ...notice, seq: first + index, at: this.room.now }));
    });
  }
}

/** Locks the head of a room until the transaction ends. */
async function openRoom(tx: Transaction, topic: RoomTopic): Promise<Room> {
  const lock = () => tx.$queryRaw<{ head: bigint; now: Date }[]>`
    SELECT head, date_trunc('milliseconds', clock_timestamp()) AS now
    FROM "Topic" WHERE id = ${topic} FOR NO KEY UPDATE`;
  let [row] = await lock();
  if (row === undefined) {
    await tx.$executeRaw`INSERT INTO "Topic" (id) VALUES (${topic}) ON CONFLICT (id) DO NOTHING`;
    [row] = await lock();
  }
  if (row === undefined) throw new Error(`${topic} has no head`);
  return new Room(topic, Number(row.head), row.now);
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
