/**
 * The log: the truth of what happened, in order. Only commits and groups of sends append to it; this reads it.
 * Entries hold references and small facts, so reading joins them with the rows as they are now.
 */
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { AnyEvent } from './event.ts';
import { groupBy } from './group-by.ts';
import { isInbox, ownerOf, type Topic } from './topics.ts';

/** What an entry refers to: ids, statuses, versions, counts. Never text that a person wrote. */
export type Refs = { readonly [name: string]: string | number | boolean | null | readonly string[] };

export interface LogEntry {
  topic: Topic;
  seq: number;
  type: string;
  refs: Refs;
  at: Date;
}

/** An event with its place in its topic. */
export interface LoggedEvent {
  seq: number;
  event: AnyEvent;
}

/** Turns entries of some types into events, with one query per kind of row whatever their number. */
export interface Replay {
  /** The types it knows, as `room:message` or `inbox:new-message`. */
  types: readonly string[];
  events(db: PrismaClient, entries: readonly LogEntry[]): Promise<Map<LogEntry, AnyEvent>>;
}

/** Takes out of an inbox's replayed events what its person may no longer read; each event stays in its place. */
export type Withhold = (
  db: PrismaClient,
  userId: string,
  events: ReadonlyMap<LogEntry, AnyEvent>,
) => Promise<ReadonlyMap<LogEntry, AnyEvent>>;

export interface LogParts {
  replays: readonly Replay[];
  withhold: Withhold;
}

export interface Log {
  /** The seq of the newest entry of each topic; 0 where there is none. */
  heads(topics: readonly Topic[]): Promise<Map<Topic, number>>;
  /** At most `limit` events after `after`, in order and with no holes. */
  read(topic: Topic, after: number, limit: number): Promise<LoggedEvent[]>;
}

/** The key of {@link Replay.types}. */
export function replayKey(topic: Topic, type: string): string {
  return `${isInbox(topic) ? 'inbox' : 'room'}:${type}`;
}

export function createLog(db: PrismaClient, { replays, withhold }: LogParts): Log {
  const byType = new Map(replays.flatMap((replay) => replay.types.map((type) => [type, replay] as const)));

  return {
    async heads(topics) {
      // One parameter, however many there are: the newest hundred queries stay in the memory of Prisma's log.
      const rows = await db.$queryRaw<{ id: string; head: bigint }[]>`
        SELECT id, head FROM "Topic" WHERE id = ANY(${[...topics]}::text[])`;
      const known = new Map(rows.map((row) => [row.id, Number(row.head)]));
      return new Map(topics.map((topic) => [topic, known.get(topic) ?? 0]));
    },

    async read(topic, after, limit) {
      const rows = await db.logEntry.findMany({
        where: { topic, seq: { gt: after } },
        orderBy: { seq: 'asc' },
        take: limit,
      });
      const entries = rows.map((row): LogEntry => ({
        topic,
        seq: Number(row.seq),
        type: row.type,
        refs: row.refs as Refs,
        at: row.at,
      }));
      const groups = groupBy(entries, (entry) => byType.get(replayKey(topic, entry.type)));
      const replayed = new Map<LogEntry, AnyEvent>();
      for (const [replay, group] of groups) {
        if (replay === undefined)
          throw new Error(`nothing replays ${replayKey(topic, group[0]?.type ?? '')}`);
        for (const [entry, event] of await replay.events(db, group)) replayed.set(entry, event);
      }
      const events = isInbox(topic) ? await withhold(db, ownerOf(topic), replayed) : replayed;
      return entries.map((entry, index) => {
        const event = events.get(entry);
        if (event === undefined || entry.seq !== after + index + 1) {
          throw new Error(`the log of ${topic} has a hole at ${entry.seq}`);
        }
        return { seq: entry.seq, event };
      });
    },
  };
}
