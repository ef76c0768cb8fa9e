// Watermarks of one room that are set at once, on a PostgreSQL where somebody holds their rows for too long.
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import type { Caller } from '../../core/caller.ts';
import type { Database, Session } from '../../core/database.ts';
import { openDatabase } from '../../core/open-database.ts';
import { createPostgres, silent, TEMPLATE } from '../../core/testing/databases.ts';
import { createConversation } from '../conversations/conversations.ts';
import { sendMessage } from '../messages/messages.ts';
import { createStage, type Stage, type Watch } from '../testing/stage.ts';
import { markDelivered, markRead } from './receipts.ts';

const server = inject('postgresUrl');

describe.runIf(server !== undefined)('watermarks whose rows somebody holds', () => {
  let database: Database;
  let stage: Stage;
  let ana: Caller;
  let ben: Caller;
  let cem: Caller;
  let conversationId: string;
  let room: Watch;
  /** Of others: one holds Ben's row, the other Cem's. */
  let holders: [Session, Session];

  beforeEach(async () => {
    // It is given up three times before the fourth, and it is free after the first.
    const url = `${await createPostgres(server ?? '', TEMPLATE)}?lock_timeout=1000`;
    database = await openDatabase({ url, log: silent });
    stage = createStage(database.prisma);
    [ana, ben, cem] = [await stage.person('ana'), await stage.person('ben'), await stage.person('cem')];
    const participantIds = [ben.id, cem.id];
    const asked = { participantIds, title: 'Held' };
    ({ id: conversationId } = await createConversation(stage.services, ana, asked));
    await sendMessage(stage.services, ana, { conversationId, content: 'hello', attachments: [] });
    room = stage.room(ana, conversationId);
    await room.next('joined');
    holders = [await database.session(), await database.session()];
    for (const [place, { id }] of [ben, cem].entries()) {
      await holders[place]?.query('BEGIN');
      await holders[place]?.query(
        'SELECT FROM "Participant" WHERE "conversationId" = $1 AND "userId" = $2 FOR UPDATE',
        [conversationId, id],
      );
    }
  });
  afterEach(async () => {
    for (const holder of holders) await holder[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
    await database.close();
  });

  const receive = (who: Caller) => markDelivered(stage.services, who, { conversationId, upToSeq: 1 });
  const read = (who: Caller) => markRead(stage.services, who, { conversationId });
  const told = () =>
    room.seen.flatMap(({ event: { type, payload } }) =>
      type === 'read' || type === 'delivered' ? [`${type} ${(payload as { userId: string }).userId}`] : [],
    );
  /** Waits until somebody waits for a row that this one holds. */
  const isWaitedFor = (holder: Session) => expect.poll(() => waiting(holder)).toHaveLength(1);
  const waiting = (holder: Session) =>
    holder.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`,
    );
  const retries = async () => {
    const { values } = await stage.services.metrics.commitRetries.get();
    return values.find(({ labels }) => labels.cause === 'lock')?.value ?? 0;
  };

  it.each([
    { of: 'deliveries', mark: receive, type: 'delivered' },
    { of: 'reads', mark: read, type: 'read' },
  ])('are each told once where one of them was given up and set again, of $of', async ({ mark, type }) => {
    const [benHeld, cemHeld] = holders;
    const marks = [ben, cem].map(mark);
    await isWaitedFor(benHeld);
    await benHeld.query('COMMIT');
    await isWaitedFor(cemHeld);
    await expect.poll(retries).toBeGreaterThan(0);
    await cemHeld.query('COMMIT');
    expect(await Promise.all(marks)).toMatchObject([{ success: true }, { success: true }]);
    await expect.poll(told).toHaveLength(2);
    expect(told().toSorted()).toEqual([ben, cem].map(({ id }) => `${type} ${id}`).toSorted());
  });

  it('fail alone, of deliveries: what is set beside them is told', async () => {
    const [benHeld, cemHeld] = holders;
    const marks = [ben, cem].map(receive);
    await isWaitedFor(benHeld);
    await benHeld.query('COMMIT');
    await isWaitedFor(cemHeld);
    const [waits] = await waiting(cemHeld);
    await cemHeld.query('SELECT pg_cancel_backend($1)', [waits?.pid]);
    const outcomes = await Promise.allSettled(marks);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect.poll(told).toEqual([`delivered ${ben.id}`]);
  });
});
