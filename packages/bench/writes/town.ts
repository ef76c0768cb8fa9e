// What every writer finds: rooms of two people in a migrated database of its own.
import { join } from 'node:path';

import { createLogger, migrate, openDatabase, type Database } from '@parley/server';

export interface Room {
  id: string;
  author: string;
  reader: string;
  /** Messages that it has from the beginning. */
  messages: number;
}

/** Where the database of a run is. Without an address it is embedded, in `dataDir`. */
export interface Place {
  databaseUrl?: string;
  dataDir: string;
}

export interface TownSize {
  rooms: number;
  /** Messages that the second room has already. */
  messages?: number;
  /** Talks of each of the third room's people. */
  talks?: number;
}

export interface Town extends AsyncDisposable {
  readonly place: Place;
  readonly database: Database;
  readonly rooms: readonly Room[];
}

/** A room by its number, from 0; all processes know them by it. */
export const roomAt = (index: number, messages = 0): Room => ({
  id: `room-${index}`,
  author: `author-${index}`,
  reader: `reader-${index}`,
  messages,
});

export const [LONG_ROOM, BUSY_ROOM] = [1, 2];

/** Opens the database, which is empty as yet, and settles it. */
export async function openTown(place: Place, { rooms, messages = 0, talks = 0 }: TownSize): Promise<Town> {
  const database = await openDatabase({
    url: place.databaseUrl,
    dataDir: join(place.dataDir, 'town'),
    log: createLogger('warn'),
  });
  await migrate(database);
  await using session = await database.session();
  for (const statement of SETTLE) await session.query(statement, [rooms]);
  if (messages > 0) for (const statement of TALK) await session.query(statement, [messages]);
  if (talks > 0) for (const statement of GATHER) await session.query(statement, [talks]);
  await session.query('ANALYZE');
  return {
    place,
    database,
    rooms: Array.from({ length: rooms }, (_, index) => roomAt(index, index === LONG_ROOM ? messages : 0)),
    [Symbol.asyncDispose]: () => database.close(),
  };
}

const EACH = 'generate_series(0, $1::int - 1) AS n';
const PEOPLE = `${EACH}, unnest(ARRAY['author-', 'reader-']) AS who`;
const SETTLE = [
  `INSERT INTO "User" (id, username, "usernameKey") SELECT who || n, who || n, who || n FROM ${PEOPLE}`,
  `INSERT INTO "Conversation" (id, kind, "createdById", "createdAt", "activityAt")
   SELECT 'room-' || n, 'direct', 'author-' || n, now(), now() FROM ${EACH}`,
  `INSERT INTO "Participant" ("conversationId", "userId", "joinedAt") SELECT 'room-' || n, who || n, now() FROM ${PEOPLE}`,
  `INSERT INTO "Topic" (id) SELECT 'c:room-' || n FROM ${EACH}`,
  `INSERT INTO "Topic" (id) SELECT 'u:' || who || n FROM ${PEOPLE}`,
];

const LONG = `room-${LONG_ROOM}`;
const LONG_TOPICS = `ARRAY['c:${LONG}', 'u:reader-${LONG_ROOM}']`;
const OLD = 'generate_series(1, $1::int) AS n';
/** A long history of the second room, with all that belongs to it. */
const TALK = [
  `INSERT INTO "Message" (id, "conversationId", seq, "userId", content, attachments, "clientId", "createdAt")
   SELECT gen_random_uuid(), '${LONG}', n, 'author-${LONG_ROOM}', 'old-' || n || repeat(' something was said', 10), '{}',
     'old-' || n, now() - interval '1 day' FROM ${OLD}`,
  `INSERT INTO "LogEntry" (topic, seq, type, refs, at)
   SELECT 'c:${LONG}', seq, 'message', jsonb_build_object('messageId', id), "createdAt" FROM "Message" WHERE $1::int > 0`,
  `INSERT INTO "LogEntry" (topic, seq, type, refs, at)
   SELECT 'u:reader-${LONG_ROOM}', seq, 'new-message', jsonb_build_object('conversationId', "conversationId", 'seq', seq,
     'messageId', id, 'unreadCount', seq), "createdAt" FROM "Message" WHERE $1::int > 0`,
  `UPDATE "Topic" SET head = $1 WHERE id = ANY (${LONG_TOPICS})`,
  `UPDATE "Participant" SET "unreadCount" = $1 WHERE "userId" = 'reader-${LONG_ROOM}'`,
];

const MORE = 'generate_series(1, $1::int) AS n';
const BUSY = `ARRAY['author-${BUSY_ROOM}', 'reader-${BUSY_ROOM}']`;
/** Many more talks of the third room's people. */
const GATHER = [
  `INSERT INTO "Conversation" (id, kind, "createdById", "createdAt", "activityAt")
   SELECT 'talk-' || n, 'group', 'author-${BUSY_ROOM}', now(), now() - n * interval '1 second' FROM ${MORE}`,
  `INSERT INTO "Participant" ("conversationId", "userId", "joinedAt")
   SELECT 'talk-' || n, who, now() FROM ${MORE}, unnest(${BUSY}) AS who`,
  `INSERT INTO "Topic" (id) SELECT 'c:talk-' || n FROM ${MORE}`,
];
