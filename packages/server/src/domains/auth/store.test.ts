import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { pruneRefreshTokens } from './store.ts';
import { scansOf } from './testing/plan.ts';

describe.each(databases())('stored refresh tokens on $kind', ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it('are pruned without reading those that are alive', async () => {
    const { prisma } = database;
    await prisma.user.create({ data: { id: 'ana', username: 'ana', usernameKey: 'ana' } });
    await prisma.$executeRaw`
      INSERT INTO "RefreshToken" (hash, "familyId", "userId", "createdAt", "expiresAt")
      SELECT 'token-' || n, 'family-' || n, 'ana', now(), now() + make_interval(secs => n)
      FROM generate_series(1000, 9000) n UNION ALL
      SELECT 'token-' || n, 'family-' || n, 'ana', now(), now() - make_interval(secs => n)
      FROM generate_series(1, 50) n`;
    await prisma.$executeRaw`ANALYZE "RefreshToken"`;
    const scans = await scansOf(prisma, pruneRefreshTokens);
    const conditions = scans.map(({ condition }) => condition);
    expect(conditions).toContain('("expiresAt" <= statement_timestamp())');
    expect(Math.max(...scans.map(({ rows }) => rows))).toBeLessThanOrEqual(50);
    expect(await prisma.refreshToken.count({ where: { expiresAt: { lte: new Date() } } })).toBe(10);
  });
});
