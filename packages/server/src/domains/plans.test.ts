import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { stateOf } from '../core/database-outage.ts';
import { databases, type TestDatabase } from '../core/testing/databases.ts';
import { createAuth } from './auth/create-auth.ts';
import { refresh } from './auth/sessions.ts';
import { listConversations } from './conversations/conversations.ts';
import { requireParticipant } from './conversations/membership.ts';
import { peopleOf } from './conversations/store.ts';
import { unread } from './inbox/store.ts';
import { editMessage } from './messages/changes.ts';
import { listMessages, sendMessage } from './messages/messages.ts';
import { react } from './messages/reactions.ts';
import { OfferClock } from './offers/expiry.ts';
import { createOffer, getOffer, listOffers } from './offers/offers.ts';
import { presenceOf } from './presence/presence.ts';
import { audiencesOf } from './presence/store.ts';
import { markDelivered, markRead } from './receipts/receipts.ts';
import { author, busy, BUSY_TALKS, insertManyRows, LONG_TALK, TOKEN, usual } from './testing/many-rows.ts';
import { overread, prepared, statementsOf, wasteful } from './testing/query-plans.ts';
import { createStage, type Stage, type Watch } from './testing/stage.ts';
import { endedAmong } from './users/store.ts';
import { search } from './users/users.ts';

/** Rows of one table that one statement may read: the people and messages of a page. */
const ROWS_READ = 300;

interface Path {
  name: string;
  /** Rows that it may read, where they are more. */
  rows?: number;
  /** The same of all that one statement reads of a table, where its parts read more together. */
  together?: number;
  call: (stage: Stage) => Promise<unknown>;
}

const room = { conversationId: LONG_TALK };
const page = { limit: 50 };
const older = { ...room, ...page, direction: 'older' as const };
const newer = { ...room, ...page, direction: 'newer' as const };
const sent = { ...room, content: 'a', attachments: [], replyToId: 'm4' };
const ignore = () => undefined;
const SENT = ['alone', 'one of two', 'two of two'];
/** Somewhere before the end: what follows is counted. */
const READ = 2_900;
const RECEIVED = READ + 1;
/** What was done before is done again. */
const UNDONE = [
  `DELETE FROM "Message" WHERE "userId" = '${busy.id}' AND "clientId" IN ('${SENT.join("', '")}')`,
  `UPDATE "Participant" SET "readSeq" = 0, "deliveredSeq" = 0 WHERE "conversationId" = '${LONG_TALK}'`,
];
const READING = { rows: ROWS_READ, undo: UNDONE };
const offered = { ...room, title: 't', terms: 't', recipientId: author.id, clientId: 'new' };
const heads = Array.from({ length: ROWS_READ }, (_, index) => `c:c${index}` as const);
const client = { requestId: 'r', ip: '127.0.0.1' };

const paths: Path[] = [
  { name: 'messages.list', call: ({ services }) => listMessages(services, busy, older) },
  {
    name: 'messages.list, newer ones',
    call: ({ services }) => listMessages(services, busy, newer),
  },
  {
    name: 'messages.list, from an id',
    call: ({ services }) => listMessages(services, busy, { ...older, fromId: 'm1500' }),
  },
  {
    name: 'messages.list, from a seq',
    call: ({ services }) => listMessages(services, busy, { ...newer, fromSeq: 1_500 }),
  },
  {
    name: 'messages.edit',
    call: ({ services }) => editMessage(services, author, { messageId: 'm1500', content: 'b' }),
  },
  {
    name: 'messages.react',
    call: ({ services }) => react(services, busy, { messageId: 'm1501', emoji: 'y', on: true }),
  },
  {
    name: 'conversations.list',
    rows: BUSY_TALKS,
    together: BUSY_TALKS + ROWS_READ,
    call: ({ services }) => listConversations(services, busy, page),
  },
  {
    name: 'conversations.list of somebody with few, all of long ago',
    call: ({ services }) => listConversations(services, usual, page),
  },
  { name: 'inbox.unread', rows: BUSY_TALKS, call: ({ services }) => unread(services.db, busy.id) },
  {
    name: 'receipts.delivered',
    call: ({ services }) => markDelivered(services, busy, { ...room, upToSeq: 10 }),
  },
  {
    name: 'a replay of a room',
    call: ({ services }) => services.eventLog.read(`c:${LONG_TALK}`, 2_000, 200),
  },
  {
    name: 'a replay of an inbox',
    rows: BUSY_TALKS,
    call: ({ services }) => services.eventLog.read(`u:${busy.id}`, 500, 200),
  },
  { name: 'the heads of topics that are opened', call: ({ services }) => services.eventLog.heads(heads) },
  {
    name: 'the check of heads',
    call: ({ services }) => services.eventLog.moved(new Map(heads.map((topic) => [topic, 0]))),
  },
  { name: 'opening a room', call: (stage) => opened(stage.room(busy, LONG_TALK), 'joined') },
  { name: 'opening an inbox', call: (stage) => opened(stage.inbox(busy), 'connected') },
  { name: 'offers.create', call: ({ services }) => createOffer(services, busy, offered) },
  { name: 'offers.get', call: ({ services }) => getOffer(services, busy, { offerId: 'o10' }) },
  { name: 'offers.list', call: ({ services }) => listOffers(services, busy, { ...room, ...page }) },
  {
    name: 'offers.list, of a status',
    call: ({ services }) => listOffers(services, busy, { ...room, ...page, status: 'pending' }),
  },
  { name: 'the sweep of offers', call: ({ services }) => swept(services) },
  {
    name: 'presence.get',
    call: ({ services }) => presenceOf(services, usual, { userIds: [author.id, busy.id] }),
  },
  {
    name: 'who is told of a presence',
    call: ({ services }) => audiencesOf(services.db, [usual.id]),
  },
  {
    name: 'whose sessions have ended',
    call: ({ services }) => endedAmong(services.db, [{ userId: usual.id, generation: 0 }]),
  },
  { name: 'users.search', call: ({ services }) => search(services, busy, { ...page, query: 'u12' }) },
  { name: 'auth.refresh', call: ({ services }) => refresh(services, client, { refreshToken: TOKEN }) },
];

/** What is asked for one as often as for many. */
const lone: { name: string; call: (stage: Stage, time: number) => Promise<unknown> }[] = [
  {
    name: 'a delivery',
    call: ({ services }, time) => markDelivered(services, busy, { ...room, upToSeq: RECEIVED + time }),
  },
  { name: 'a replay', call: ({ services }) => services.eventLog.read(`c:${LONG_TALK}`, 2_000, 50) },
  { name: 'a membership', call: ({ services }) => requireParticipant(services.db, LONG_TALK, busy.id) },
  { name: 'who is in a room', call: ({ services }) => peopleOf(services.db, [LONG_TALK]) },
  { name: 'who is told of a presence', call: ({ services }) => audiencesOf(services.db, [usual.id]) },
];

async function opened(watch: Watch, type: string): Promise<void> {
  await watch.next(type);
  await watch.stop();
}

async function swept(services: Stage['services']): Promise<void> {
  await using clock = new OfferClock(services);
  await clock.sweep();
}

const postgres = databases().find(({ kind }) => kind === 'postgres');

describe.runIf(postgres !== undefined)('the plan of every statement', () => {
  let database: TestDatabase;
  let stage: Stage;
  beforeAll(async () => {
    if (postgres === undefined) return;
    database = await postgres.open();
    await insertManyRows(database);
    stage = createStage(database.prisma);
    const config = { secret: 'a secret', registration: true };
    Object.assign(stage.services, createAuth({ ...stage.services, config }));
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await database.close();
  });

  it.each(paths)(
    'of $name takes what it needs by an index',
    async ({ call, rows = ROWS_READ, together = rows }) => {
      const statements = await statementsOf(() => call(stage));
      expect(statements).not.toEqual([]);
      expect(await wasteful(database, statements, rows)).toEqual([]);
      expect(await overread(database, prepared(statements), { rows: together, undo: UNDONE })).toEqual([]);
    },
  );

  it.each([
    ['send_message', SENT.slice(0, 1)],
    ['send_messages', SENT.slice(1)],
  ])('of messages.send takes what it needs by an index, inside of %s', async (name, clientIds) => {
    const statements = await statementsOf(() =>
      Promise.all(clientIds.map((clientId) => sendMessage(stage.services, busy, { ...sent, clientId }))),
    );
    expect(statements.map(({ text }) => text)).toEqual([expect.stringContaining(`${name}(`)]);
    expect(await overread(database, statements, READING)).toEqual([]);
  });

  it.each<[string, (stage: Stage) => Promise<unknown>]>([
    ['mark_read(', ({ services }) => markRead(services, busy, { ...room, upToSeq: READ })],
    [
      'SKIP LOCKED',
      ({ services }) =>
        Promise.all(
          [busy, author].map((who) => markDelivered(services, who, { ...room, upToSeq: RECEIVED })),
        ),
    ],
  ])('of watermarks takes what it needs by an index, by %s', async (text, mark) => {
    const statements = await statementsOf(() => mark(stage));
    expect(statements.map((statement) => statement.text)).toEqual([expect.stringContaining(text)]);
    expect(await overread(database, statements, READING)).toEqual([]);
  });

  it.each(lone)(
    'of $name by itself is made no more after five times, and reads no table whole',
    async ({ call }) => {
      const statements = await statementsOf(() => call(stage, 1));
      for (let time = 2; time <= 10; time += 1) await call(stage, time);
      expect(statements).not.toEqual([]);
      for (const { text } of statements) {
        const [plans] = await database.prisma.$queryRaw<{ custom: number; generic: number }[]>`
          SELECT custom_plans::int AS custom, generic_plans::int AS generic FROM pg_prepared_statements
          WHERE statement = ${text}`;
        expect(plans?.custom).toBe(5);
        expect(plans?.generic).toBeGreaterThan(0);
      }
      expect(await overread(database, statements, { ...READING, seqscan: 'on' })).toEqual([]);
    },
  );

  it.each([
    ['reads a table whole', 'SELECT count(*) FROM "Message" WHERE content = $1', ['b']],
    [
      'reads what many have by an index',
      'SELECT count(content) FROM "Message" WHERE "conversationId" = $1',
      [LONG_TALK],
    ],
  ])('is found where it is made for any values and %s', async (_, text, values) => {
    expect(await overread(database, [{ text, values }], READING)).toEqual([`Message: ${text}`]);
  });

  it('outlives a column that a later version adds', async () => {
    const tables = await database.prisma.$queryRaw<{ name: string }[]>`
      SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()`;
    const all = async () => {
      for (const { name, call } of paths) {
        const failure = await call(stage).then(ignore, stateOf);
        expect([name, failure]).toEqual([name, undefined]);
      }
    };
    await all();
    for (const { name } of tables)
      await database.prisma.$executeRawUnsafe(`ALTER TABLE "${name}" ADD COLUMN later int`);
    await all();
  });

  it.each([
    ['reads a table whole', 'SELECT id FROM "Message" WHERE content = $1', ['b']],
    ['walks through what is of others', WALK, [usual.id]],
  ])('is found where it %s', async (_, text, values) => {
    expect(await wasteful(database, [{ text, values }], ROWS_READ)).toHaveLength(1);
  });
});

/** The newest talks of a person, in an order that an index has of everybody's. */
const WALK = `
  SELECT c.id FROM (SELECT * FROM "Conversation" ORDER BY "activityAt" DESC, id DESC OFFSET 0) c
  WHERE EXISTS (SELECT 1 FROM "Participant" p WHERE p."conversationId" = c.id AND p."userId" = $1) LIMIT 2`;
