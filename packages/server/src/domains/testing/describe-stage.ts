import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';

import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { createStage, type Stage } from './stage.ts';

/**
 * Describes something on each kind of database, which is empty before each test.
 *
 * @param tests is given one object each, whose contents are made anew: the stage before each test, the database before all
 */
export function describeStage(name: string, tests: (stage: Stage, database: TestDatabase) => void): void {
  describe.each(databases())(`${name} on $kind`, ({ open }) => {
    const database = {} as TestDatabase;
    const stage = {} as Stage;
    beforeAll(async () => {
      Object.assign(database, await open());
    });
    beforeEach(async () => {
      await database.clear();
      Object.assign(stage, createStage(database.prisma));
    });
    afterEach(() => stage[Symbol.asyncDispose]());
    afterAll(() => database.close());
    tests(stage, database);
  });
}
