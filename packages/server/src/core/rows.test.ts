import { types } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { outageOf, stateOf } from './database-outage.ts';
import { rowsOf } from './rows.ts';
import { databases, type TestDatabase } from './testing/databases.ts';

const TEXT_ARRAY = 1009;
/** Of all of `pg`, by number: its types have no name for a list. */
const everywhere = types as {
  getTypeParser(oid: number): (text: string) => unknown;
  setTypeParser(oid: number, parse: (text: string) => unknown): void;
};

describe.each(databases())('rows on $kind', ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  /** Every type that is read so, and those that are near. */
  const ask = (tag: typeof database.prisma.$queryRaw | ReturnType<typeof rowsOf>) => {
    const ids = ['a', "b'{,}", 'ü "c"'];
    const at = new Date('2026-03-29T01:30:00.123Z');
    return tag`
      SELECT asked.id, 9007199254740993::bigint AS big, 7::int AS small, 7::smallint AS smaller, 0.5::float8 AS half,
        true AS yes, false AS no, 'owner'::"Role" AS role, ${at}::timestamptz AS at,
        '2026-03-29 01:30:00+00'::timestamptz AS whole, NULL::timestamptz AS never,
        ARRAY(SELECT unnest(${ids}::text[])) AS ids, ARRAY[]::text[] AS none, jsonb_build_array(1, 'b') AS listed,
        json_build_object('id', asked.id, 'at', ${at}::timestamptz, 'seq', 5::bigint) AS shown
      FROM unnest(${ids}::text[]) AS asked (id)`;
  };
  const askPrisma = () => ask(database.prisma.$queryRaw.bind(database.prisma));

  it('are those that Prisma finds, of every type that is read so', async () => {
    const [found, expected] = [await ask(rowsOf(database.prisma)), await askPrisma()];
    expect(found).toHaveLength(3);
    expect(found).toEqual(expected);
  });

  it('are those also where the program reads types otherwise', async () => {
    const expected = await askPrisma();
    const oids: number[] = [...Object.values(types.builtins), TEXT_ARRAY];
    const before = oids.map((oid) => [oid, everywhere.getTypeParser(oid)] as const);
    for (const oid of oids) everywhere.setTypeParser(oid, () => 'read otherwise');
    try {
      expect(await ask(rowsOf(database.prisma))).toEqual(expected);
    } finally {
      for (const [oid, parse] of before) everywhere.setTypeParser(oid, parse);
    }
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
