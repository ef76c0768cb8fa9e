// A hall's people and rooms as rows: made by the product's own rules one by one they would take minutes. They are written
// past Prisma, which would keep the last statements with all of their values in the memory that is measured.
import type { Database } from '@parley/server';

import { roomTopic } from '../../../server/src/core/topics.ts';
import { eventOf, personId, roomId, roomOf, roomsOf, usernameOf, type Hall } from '../hall.ts';

const ROWS_AT_ONCE = 2_000;

export async function addHall(database: Database, hall: Hall): Promise<void> {
  const at = new Date().toISOString();
  await insert(database, hall.people, 'User', (person) => {
    const username = usernameOf(hall, person);
    return { id: personId(hall, person), username, usernameKey: username, createdAt: at };
  });
  await insert(database, roomsOf(hall), 'Conversation', (room) => ({
    id: roomId(hall, room),
    kind: 'group',
    title: `Room ${room}`,
    createdById: personId(hall, room * hall.perRoom),
    createdAt: at,
    activityAt: at,
  }));
  await insert(database, hall.people, 'Participant', (person) => ({
    conversationId: roomId(hall, roomOf(hall, person)),
    userId: personId(hall, person),
    joinedAt: at,
  }));
}

/** The first events of each room, as sends that nobody had open would have left them. */
export async function keepEvents(database: Database, hall: Hall, events: number): Promise<void> {
  const eventAt = (number: number) =>
    eventOf(hall, Math.floor(number / events), (number % events) + 1).payload;
  await insert(database, roomsOf(hall) * events, 'Message', (number) => {
    const { user: _author, ...message } = eventAt(number);
    return message;
  });
  await insert(database, roomsOf(hall) * events, 'LogEntry', (number) => {
    const { id, conversationId, seq, createdAt } = eventAt(number);
    const refs = { messageId: id };
    return { topic: roomTopic(conversationId), seq, type: 'message', refs, at: createdAt };
  });
  await insert(database, roomsOf(hall), 'Topic', (room) => ({
    id: roomTopic(roomId(hall, room)),
    head: events,
  }));
}

/** Rows of a table by number; a column that is not named has its default. */
async function insert(
  database: Database,
  count: number,
  table: string,
  rowOf: (number: number) => object,
): Promise<void> {
  await using session = await database.session();
  for (let first = 0; first < count; first += ROWS_AT_ONCE) {
    const rows = Array.from({ length: Math.min(ROWS_AT_ONCE, count - first) }, (_, index) =>
      rowOf(first + index),
    );
    const columns = Object.keys(rows[0] ?? {}).map((column) => `"${column}"`);
    await session.query(
      `INSERT INTO "${table}" (${columns.join(', ')})
       SELECT ${columns.join(', ')} FROM json_populate_recordset(NULL::"${table}", $1::json)`,
      [JSON.stringify(rows)],
    );
  }
}
