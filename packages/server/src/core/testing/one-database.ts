import { afterAll, beforeAll, beforeEach } from 'vitest';

import { databases, type TestDatabase } from './databases.ts';

/** One database for the tests of a file, of the kind that every machine has: empty before each of them. */
export function oneDatabase(): TestDatabase {
  const [kind] = databases();
  const database = {} as TestDatabase;
  beforeAll(async () => {
    Object.assign(database, await kind.open());
  });
  beforeEach(() => database.clear());
  afterAll(() => database.close());
  return database;
}
