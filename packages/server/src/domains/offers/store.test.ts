import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { testServices } from '../../core/testing/services.ts';
import { scansOf } from '../auth/testing/plan.ts';
import { findDue } from './store.ts';
import { addTalk } from './testing/talk.ts';

describe.each(databases())('stored offers on $kind', ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it('are looked through for overdue ones without reading the others', async () => {
    const { prisma } = database;
    const { id, author, recipient } = await addTalk(testServices(prisma));
    await prisma.$executeRaw`
      INSERT INTO "Offer" (id, "conversationId", "authorId", "recipientId", title, terms, status, "expiresAt",
        "createdAt", "updatedAt")
      SELECT 'offer-' || n, ${id}, ${author.id}, ${recipient.id}, 'Bicycle', 'As seen',
        (CASE WHEN n % 2 = 0 THEN 'pending' ELSE 'declined' END)::"OfferStatus",
        now() + make_interval(secs => n), now(), now()
      FROM generate_series(-9, 8000) n WHERE n NOT BETWEEN 0 AND 999`;
    await prisma.$executeRaw`ANALYZE "Offer"`;
    const first = await findDue(prisma, { after: undefined, limit: 2 });
    expect(first.map((offer) => offer.id)).toEqual(['offer--8', 'offer--6']);
    for (const [after, left] of [
      [undefined, 4],
      [first[1], 2],
    ] as const) {
      const scans = await scansOf(prisma, (db) => findDue(db, { after, limit: 100 }));
      expect(scans).toHaveLength(1);
      expect(scans[0]?.condition).toContain('"expiresAt" <= statement_timestamp()');
      expect(scans[0]?.rows).toBeLessThanOrEqual(left + 1);
    }
  });
});
