import { describe, expect, it } from 'vitest';

import { createStatementNames, NAMED_STATEMENTS } from './statement-names.ts';

describe('the name of a statement', () => {
  it('is its own, and stays the same', () => {
    const nameOf = createStatementNames();
    const [one, two] = ['SELECT $1::int', 'SELECT $1::text'].map((sql) => nameOf({ sql, args: [1] }));
    expect(one).not.toBe(two);
    expect(nameOf({ sql: 'SELECT $1::int', args: [2] })).toBe(one);
  });

  it('is none where nothing is to be planned', () => {
    expect(createStatementNames()({ sql: 'COMMIT', args: [] })).toBe('');
  });

  it.each([
    'SELECT id FROM "User" WHERE id IN ($1,$2)',
    'INSERT INTO "LogEntry" VALUES ($1,$2), ($3,$4)',
    'SELECT id FROM "User" WHERE "usernameKey" LIKE $1',
    'SELECT id FROM "User" WHERE "displayName" ~ $1',
  ])('is none where it would be one of many, or its plan depends on the values: %s', (sql) => {
    expect(createStatementNames()({ sql, args: [1, 2, 3, 4] })).toBe('');
  });

  it('is given to so many, and to no more', () => {
    const nameOf = createStatementNames();
    const names = Array.from({ length: NAMED_STATEMENTS + 50 }, (_, index) =>
      nameOf({ sql: `SELECT ${index} + $1::int`, args: [1] }),
    );
    expect(new Set(names.slice(0, NAMED_STATEMENTS)).size).toBe(NAMED_STATEMENTS);
    expect(new Set(names.slice(NAMED_STATEMENTS))).toEqual(new Set(['']));
  });
});
