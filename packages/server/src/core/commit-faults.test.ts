// Commits on a PostgreSQL that undoes them, and over a connection that breaks around their COMMIT.
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { createConversation } from '../domains/conversations/conversations.ts';
import { sendMessage } from '../domains/messages/messages.ts';
import { createStage, type Stage } from '../domains/testing/stage.ts';
import type { Caller } from './caller.ts';
import { createCommit, type CommitScope } from './commit.ts';
import { outageOf } from './database-outage.ts';
import { ABANDONED_MS, COMMIT_TRIES, LOCK_MS } from './database-timeouts.ts';
import type { Database, Session } from './database.ts';
import { openDatabase } from './open-database.ts';
import { startDatabaseProxy, type CommitFault, type DatabaseProxy } from './testing/database-proxy.ts';
import { createPostgres, silent, TEMPLATE } from './testing/databases.ts';
import { inboxTopic, roomTopic } from './topics.ts';
import { Turns } from './turns.ts';

const server = inject('postgresUrl');

const failureOf = (work: PromiseLike<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.runIf(server !== undefined)('commits on a PostgreSQL that fails', () => {
  let url: string;
  let proxy: DatabaseProxy;
  let database: Database;
  let stage: Stage;
  let ana: Caller;
  let ben: Caller;
  let conversationId: string;
  /** Another writer, which knows nothing of the order in which commits lock. */
  let other: Session;

  const open = async (settings = '') => {
    database = await openDatabase({ url: `${proxy.url}${settings}`, log: silent });
    stage = createStage(database.prisma);
  };
  beforeEach(async () => {
    url = await createPostgres(server ?? '', TEMPLATE);
    proxy = await startDatabaseProxy(url);
    await open();
    [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    ({ id: conversationId } = await createConversation(stage.services, ana, { participantIds: [ben.id] }));
    const admin = await openDatabase({ url, log: silent });
    other = await admin.session();
    await admin.close();
  });
  afterEach(async () => {
    await other[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
    await database.close();
    await proxy[Symbol.asyncDispose]();
  });

  const commit = <Result>(work: (scope: CommitScope) => Promise<Result>): Promise<Result> =>
    stage.services.commit(conversationId, work);
  const retries = async (cause: string) => {
    const { values } = await stage.services.metrics.commitRetries.get();
    return values.find(({ labels }) => labels.cause === cause)?.value ?? 0;
  };
  const title = async () =>
    (await database.prisma.conversation.findUniqueOrThrow({ where: { id: conversationId } })).title;
  /** Waits until so many statements wait for a lock in this database: the server has others. */
  const waiting = (count: number) =>
    expect
      .poll(async () => {
        const rows = await other.query<{ pid: number }>(
          `SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
           WHERE NOT granted AND datname = current_database()`,
        );
        return rows.length;
      })
      .toBe(count);
  const send = (content: string) =>
    sendMessage(stage.services, ana, { conversationId, content, attachments: [], clientId: content });
  const sent = async () =>
    (await database.prisma.message.findMany({ orderBy: { seq: 'asc' } })).map(({ content }) => content);

  it('that deadlock are done again, and once', async () => {
    // It is looked for once, so long after the wait has begun: by then it is there.
    await stage[Symbol.asyncDispose]();
    await database.close();
    await open('?options=-c deadlock_timeout=4s');
    await other.query(`SET deadlock_timeout = '30s'`);
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM "Topic" WHERE id = $1 FOR UPDATE', [inboxTopic(ben.id)]);
    const done = send('one');
    await waiting(1);
    const crossed = other.query('SELECT 1 FROM "Topic" WHERE id = $1 FOR UPDATE', [
      roomTopic(conversationId),
    ]);
    await crossed;
    await other.query('ROLLBACK');
    expect((await done).message.seq).toBe(1);
    expect([await sent(), await retries('deadlock')]).toEqual([['one'], 1]);
  });

  it('that do not serialise are done again, and once', async () => {
    await stage[Symbol.asyncDispose]();
    await database.close();
    await open(String.raw`?options=-c default_transaction_isolation=repeatable\ read`);
    await other.query('BEGIN');
    await other.query('UPDATE "Topic" SET head = head WHERE id = $1', [roomTopic(conversationId)]);
    const done = send('one');
    await waiting(1);
    await other.query('COMMIT');
    expect((await done).message.seq).toBe(1);
    expect([await sent(), await retries('serialisation')]).toEqual([['one'], 1]);
  });

  it('that wait too long for a lock are done again, and once', async () => {
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM "User" WHERE id = $1 FOR UPDATE', [ben.id]);
    let runs = 0;
    await commit(async ({ tx }) => {
      runs += 1;
      if (runs === 2) await other.query('ROLLBACK');
      await tx.$executeRaw`SET LOCAL lock_timeout = 50`;
      await tx.$queryRaw`SELECT 1 FROM "User" WHERE id = ${ben.id} FOR UPDATE`;
      await tx.conversation.update({ where: { id: conversationId }, data: { title: `run ${runs}` } });
    });
    expect([await title(), await retries('lock')]).toEqual(['run 2', 1]);
  });

  it('that are undone every time are given up as unavailable', async () => {
    let runs = 0;
    const hopeless = commit(async ({ tx }) => {
      runs += 1;
      await tx.$executeRaw`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`;
    });
    expect(outageOf(await failureOf(hopeless))).toBe('unavailable');
    expect([runs, await retries('serialisation')]).toEqual([COMMIT_TRIES, COMMIT_TRIES - 1]);
  });

  it('whose connection was ended are not done again', async () => {
    let runs = 0;
    const ended = commit(async ({ tx }) => {
      runs += 1;
      const [backend] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
      await tx.conversation.update({ where: { id: conversationId }, data: { title: 'half done' } });
      await other.query('SELECT pg_terminate_backend($1, 5000)', [backend?.pid]);
    });
    expect(outageOf(await failureOf(ended))).toBe('unavailable');
    expect([runs, await title()]).toEqual([1, null]);
  });

  it.each<[string, CommitFault, string[], string[]]>([
    ['was lost on its way', 'lost', [], []],
    ['was done and its answer lost', 'unanswered', [], ['one']],
    ['was lost on its way, of a statement that was prepared before,', 'lost', ['zero'], ['zero']],
    [
      'was done and its answer lost, of a statement that was prepared before,',
      'unanswered',
      ['zero'],
      ['zero', 'one'],
    ],
  ])('whose COMMIT %s are found out about by the same clientId', async (_, fault, before, there) => {
    for (const text of before) await send(text);
    proxy.breakCommit(fault);
    expect(outageOf(await failureOf(send('one')))).toBe('unavailable');
    expect(await sent()).toEqual(there);
    const again = await send('one');
    await send('two');
    expect([await sent(), again.message.seq]).toEqual([[...before, 'one', 'two'], before.length + 1]);
    const log = await database.prisma.logEntry.findMany({ where: { topic: inboxTopic(ben.id) } });
    expect(log.filter(({ type }) => type === 'new-message')).toHaveLength(before.length + 2);
  });

  it('to a room that somebody holds hold up no other room, and keep their order', async () => {
    const { id: free } = await createConversation(stage.services, ben, {
      participantIds: [ana.id],
      title: 'Free',
    });
    await send('first');
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM "Topic" WHERE id = $1 FOR UPDATE', [roomTopic(conversationId)]);
    const held = ['one', 'two'].map(send);
    const elsewhere = { conversationId: free, content: 'free', attachments: [] };
    const [through] = await Promise.all([sendMessage(stage.services, ana, elsewhere), waiting(1)]);
    held.push(send('three'));
    expect((await sendMessage(stage.services, ana, elsewhere)).message.seq).toBe(through.message.seq + 1);
    await other.query('COMMIT');
    expect((await Promise.all(held)).map(({ message }) => message.seq)).toEqual([2, 3, 4]);
  });

  it('to a room that a frozen node holds wait until the database has taken it away, and it writes nothing', async () => {
    const frozen = await openDatabase({ url, log: silent });
    let thaw: () => void = () => undefined;
    let holding: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (holding = resolve));
    const thawed = new Promise<void>((resolve) => (thaw = resolve));
    const turns = new Turns(stage.services.clock, 1);
    const abandoned = createCommit({ ...stage.services, db: frozen.prisma, random: () => 0, turns })(
      conversationId,
      async ({ tx }) => {
        await tx.conversation.update({ where: { id: conversationId }, data: { title: 'late' } });
        holding();
        await thawed;
      },
    );
    await held;
    const [begin] = await other.query<{ at: Date }>('SELECT clock_timestamp() AS at');
    const texts = ['one', 'two', 'three'];
    const messages = (await Promise.all(texts.map(send))).map(({ message }) => message);
    const seqs = messages.map(({ seq }) => seq);
    const [first] = messages;
    // By the clock of the database, whatever this process has waited for besides.
    const waited = (first?.createdAt.getTime() ?? 0) - (begin?.at.getTime() ?? 0);
    thaw();
    expect(outageOf(await failureOf(abandoned))).toBe('unavailable');
    expect([seqs, await sent(), await title(), await retries('lock')]).toEqual([[1, 2, 3], texts, null, 0]);
    expect(waited).toBeGreaterThan(ABANDONED_MS / 2);
    expect(waited).toBeLessThan(LOCK_MS);
    await frozen.close();
  });
});
