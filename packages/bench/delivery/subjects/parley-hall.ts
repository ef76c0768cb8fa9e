// A hall's people and rooms as rows: made by the product's own rules one by one they would take minutes.
import type { Database } from '@parley/server';

import { roomTopic } from '../../../server/src/core/topics.ts';
import { eventOf, personId, roomId, roomOf, roomsOf, usernameOf, type Hall } from '../hall.ts';

const ROWS_AT_ONCE = 2_000;

export async function addHall(prisma: Database['prisma'], hall: Hall): Promise<void> {
  const at = new Date();
  const people = Array.from({ length: hall.people }, (_, person) => person);
  const rooms = Array.from({ length: roomsOf(hall) }, (_, room) => room);
  await inParts(
    people,
    (person) => {
      const username = usernameOf(hall, person);
      return { id: personId(hall, person), username, usernameKey: username, createdAt: at };
    },
    (data) => prisma.user.createMany({ data }),
  );
  await inParts(
    rooms,
    (room) => ({
      id: roomId(hall, room),
      kind: 'group' as const,
      title: `Room ${room}`,
      createdById: personId(hall, room * hall.perRoom),
      createdAt: at,
      activityAt: at,
    }),
    (data) => prisma.conversation.createMany({ data }),
  );
  await inParts(
    people,
    (person) => ({
      conversationId: roomId(hall, roomOf(hall, person)),
      userId: personId(hall, person),
      joinedAt: at,
    }),
    (data) => prisma.participant.createMany({ data }),
  );
}

/** The first events of each room, as sends that nobody had open would have left them. */
export async function keepEvents(prisma: Database['prisma'], hall: Hall, events: number): Promise<void> {
  const numbers = Array.from({ length: roomsOf(hall) * events }, (_, number) => number);
  const eventAt = (number: number) =>
    eventOf(hall, Math.floor(number / events), (number % events) + 1).payload;
  await inParts(
    numbers,
    (number) => {
      const { user: _author, ...message } = eventAt(number);
      return message;
    },
    (data) => prisma.message.createMany({ data }),
  );
  await inParts(
    numbers,
    (number) => {
      const { id, conversationId, seq, createdAt } = eventAt(number);
      const refs = { messageId: id };
      return { topic: roomTopic(conversationId), seq, type: 'message', refs, at: createdAt };
    },
    (data) => prisma.logEntry.createMany({ data }),
  );
  await inParts(
    Array.from({ length: roomsOf(hall) }, (_, room) => room),
    (room) => ({ id: roomTopic(roomId(hall, room)), head: events }),
    (data) => prisma.topic.createMany({ data }),
  );
}

async function inParts<Item>(
  numbers: readonly number[],
  make: (number: number) => Item,
  insert: (items: Item[]) => Promise<unknown>,
): Promise<void> {
  for (let first = 0; first < numbers.length; first += ROWS_AT_ONCE)
    await insert(numbers.slice(first, first + ROWS_AT_ONCE).map(make));
}
