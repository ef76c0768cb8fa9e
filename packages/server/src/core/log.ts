/**
 * The log: the truth of what happened, in order. Only commits and groups of sends append to it; this reads it.
 * Entries hold references and small facts, so reading joins them with the rows as they are now.
 */
import type { PrismaClient } from '../generated/prisma/client.ts';
import { outageOf } from './database-outage.ts';
import type { AnyEvent } from './event.ts';
import { groupBy } from './group-by.ts';
import { rowsOf } from './rows.ts';
import { sharedRead } from './shared-read.ts';
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
  /** The same of those topics whose newest entry is after the seq that is given for them. */
  moved(heads: ReadonlyMap<Topic, number>): Promise<Map<Topic, number>>;
  /** At most `limit` events after `after`, in order and with no holes. */
  read(topic: Topic, after: number, limit: number): Promise<LoggedEvent[]>;
}

/** The key of {@link Replay.types}. */
export function replayKey(topic: Topic, type: string): string {
  return `${isInbox(topic) ? 'inbox' : 'room'}:${type}`;
}

/** Places of the log that one query reads from. */
const PLACES_READ = 20;

/** Where a page begins, and how long it is at the most. */
type Place = `${Topic} ${number} ${number}`;

interface Page {
  entries: readonly LogEntry[];
  /** Of these entries, and of others. */
  events: ReadonlyMap<LogEntry, AnyEvent>;
}

type Row = Omit<LogEntry, 'seq'> & { place: bigint; seq: bigint };

export function createLog(db: PrismaClient, { replays, withhold }: LogParts): Log {
  const byType = new Map(replays.flatMap((replay) => replay.types.map((type) => [type, replay] as const)));

  /** With the same few queries, however many topics they are of. */
  const readPages = async (places: readonly Place[]): Promise<Map<Place, Page>> => {
    const parts = places.map((place) => place.split(' '));
    const rows = await db.$queryRaw<Row[]>`
      SELECT asked.place, entry.* FROM unnest(
        (SELECT ${parts.map(([topic]) => topic)}::text[]), (SELECT ${parts.map(([, after]) => after)}::bigint[]),
        (SELECT ${parts.map(([, , most]) => most)}::int[])
      ) WITH ORDINALITY AS asked (topic, after, most, place)
      CROSS JOIN LATERAL (
        SELECT l.topic, l.seq, l.type, l.refs, l.at FROM "LogEntry" l
        WHERE l.topic = asked.topic AND l.seq > asked.after ORDER BY l.seq LIMIT asked.most
      ) AS entry ORDER BY asked.place, entry.seq`;
    const pages = places.map((): LogEntry[] => []);
    for (const { place, seq, ...entry } of rows)
      pages[Number(place) - 1]?.push({ ...entry, seq: Number(seq) });
    const events = new Map<LogEntry, AnyEvent>();
    for (const [replay, group] of groupBy(pages.flat(), ({ topic, type }) =>
      byType.get(replayKey(topic, type)),
    ))
      for (const [entry, event] of (await replay?.events(db, group)) ?? []) events.set(entry, event);
    return new Map(places.map((place, index) => [place, { entries: pages[index] ?? [], events }]));
  };
  const sharedPage = sharedRead(readPages, { maxKeys: PLACES_READ });
  /** What is wrong with one topic harms no other. */
  const pageAt = (place: Place) =>
    sharedPage(place).catch(async (error: unknown) => {
      if (outageOf(error) !== undefined) throw error;
      return (await readPages([place])).get(place);
    });

  return {
    async heads(topics) {
      // One parameter, however many there are: the newest hundred queries stay in the memory of Prisma's log.
      const rows = await rowsOf<{ id: string; head: bigint }>(db)`
        SELECT id, head FROM "Topic" WHERE id = ANY(${[...topics]}::text[])`;
      const known = new Map(rows.map((row) => [row.id, Number(row.head)]));
      return new Map(topics.map((topic) => [topic, known.get(topic) ?? 0]));
    },

    async moved(heads) {
      const seqs = [...heads.values()].map(BigInt);
      const rows = await rowsOf<{ id: Topic; head: bigint }>(db)`
        SELECT known.id, topic.head FROM unnest(${[...heads.keys()]}::text[], ${seqs}::bigint[]) AS known (id, head)
        CROSS JOIN LATERAL (SELECT head FROM "Topic" WHERE id = known.id OFFSET 0) topic
        WHERE topic.head > known.head`;
      return new Map(rows.map(({ id, head }) => [id, Number(head)]));
    },

    async read(topic, after, limit) {
      const { entries, events } = (await pageAt(`${topic} ${after} ${limit}`)) ?? EMPTY;
      const replayed = new Map(
        entries.flatMap((entry) => {
          const event = events.get(entry);
          return event === undefined ? [] : [[entry, event] as const];
        }),
      );
      const shown = isInbox(topic) ? await withhold(db, ownerOf(topic), replayed) : replayed;
      return entries.map((entry, index) => {
        const { seq, type } = entry;
        const event = shown.get(entry);
        if (event === undefined || seq !== after + index + 1)
          throw new Error(`the log of ${topic} has a hole at ${seq}, or nothing replays ${type}`);
        return { seq, event };
      });
    },
  };
}

const EMPTY: Page = { entries: [], events: new Map() };
