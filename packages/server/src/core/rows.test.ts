import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { outageOf, stateOf } from './database-outage.ts';
import { rowsOf } from './rows.ts';
import { databases, type TestDatabase } from './testing/databases.ts';

describe.each(databases())('rows on $kind', ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it('are those that Prisma finds, of every type that is read so', async () => {
    const { prisma } = database;
    const ids = ['a', "b'{,}", 'ü "c"'];
    const at = new Date('2026-03-29T01:30:00.123Z');
    const ask = (tag: typeof prisma.$queryRaw | ReturnType<typeof rowsOf>) => tag`
      SELECT asked.id, 9007199254740993::bigint AS big, 7::int AS small, true AS yes, 'owner'::"Role" AS role,
        ${at}::timestamptz AS at, NULL::timestamptz AS never, ARRAY(SELECT unnest(${ids}::text[])) AS ids,
        json_build_object('id', asked.id, 'at', ${at}::timestamptz, 'seq', 5::bigint) AS shown
      FROM unnest(${ids}::text[]) AS asked (id)`;
    const [found, expected] = [await ask(rowsOf(prisma)), await ask(prisma.$queryRaw.bind(prisma))];
    expect(found).toHaveLength(3);
    expect(found).toEqual(expected);
  });

  it('of a transaction are those that it has written', async () => {
    const rows = await database.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`INSERT INTO "Topic" (id, head) VALUES ('rows', 3)`;
      return rowsOf(tx)`SELECT head FROM "Topic" WHERE id = ${'rows'}`;
    });
    expect(rows).toEqual([{ head: 3n }]);
  });

  it('are refused in words that tell an outage from a wrong statement', async () => {
    const cancelled: unknown = await rowsOf(database.prisma)`
      DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '57014'; END $$`.catch((error: unknown) => error);
    expect(outageOf(cancelled)).toBe('timed_out');
    const wrong: unknown = await rowsOf(database.prisma)`SELECT nothing FROM "Topic"`.catch(
      (error: unknown) => error,
    );
    expect([outageOf(wrong), stateOf(wrong)]).toEqual([undefined, '42703']);
  });
});
