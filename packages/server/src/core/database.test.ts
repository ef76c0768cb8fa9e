import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { databases, type TestDatabase } from './testing/databases.ts';

const ana = { id: 'ana', username: 'ana', usernameKey: 'ana' };

describe.each(databases())('a database ($kind)', ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(() => database.clear());
  afterAll(() => database.close());

  it('is migrated and empty', async () => {
    expect(await database.prisma.user.count()).toBe(0);
    await database.prisma.user.create({ data: ana });
    await database.clear();
    expect(await database.prisma.user.count()).toBe(0);
  });

  it('reads the time that the database wrote as that time', async () => {
    const { createdAt } = await database.prisma.user.create({ data: ana });
    expect(Math.abs(createdAt.getTime() - Date.now())).toBeLessThan(60_000);
    const at = new Date('2026-01-02T03:04:05.678Z');
    const { lastSeenAt } = await database.prisma.user.update({
      where: { id: 'ana' },
      data: { lastSeenAt: at },
    });
    expect(lastSeenAt).toEqual(at);
  });

  it('undoes an interactive transaction that throws', async () => {
    const work = database.prisma.$transaction(async (tx) => {
      await tx.user.create({ data: ana });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await database.prisma.user.count()).toBe(0);
  });

  it('reports a second row under the same key as P2002', async () => {
    await database.prisma.user.create({ data: ana });
    await expect(database.prisma.user.create({ data: { ...ana, id: 'ben' } })).rejects.toMatchObject({
      code: 'P2002',
    });
  });

  it('undoes a session transaction that throws', async () => {
    await using session = await database.session();
    const work = session.transaction(async (tx) => {
      await tx.script(`CREATE TABLE a (id int); CREATE TABLE b (id int);`);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await session.query(`SELECT to_regclass('a') AS a`)).toEqual([{ a: null }]);
  });

  it('may be closed twice', async () => {
    const other = await open();
    await other.close();
    await expect(other.close()).resolves.toBeUndefined();
  });
});
