// Random inputs, mostly of the right shape, to every procedure: refused or answered, never an internal error.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { call } from '../harness/call.ts';
import type { Person } from '../harness/people.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { inputsOf } from './inputs.ts';
import { TABLE, type World } from './table.ts';
import { createWorld, proceduresOf } from './world.ts';

const RUNS = 150;
const withInput = Object.entries(TABLE).filter(([, row]) => row.input !== undefined);

describe.each(databases())('random input on $kind', (kind) => {
  let server: TestServer;
  let world: World;
  let ana: Person;
  beforeAll(async () => {
    server = await startServer(kind);
    ({ world, ana } = await createWorld(server));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each(withInput)('to %s is no internal error', async (path, row) => {
    const schema = proceduresOf(server)[path]?._def.inputs[0];
    if (schema === undefined) throw new Error(`${path} takes no input`);
    const inputs = inputsOf(schema, {
      right: row.input?.(world) ?? {},
      known: Object.values<string>({ ...world, currency: 'EUR', number: '1', word: 'hello' }),
    });
    const authorization = `Bearer ${ana.session.accessToken}`;
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        const answer = await call({ url: server.url, path, kind: row.kind, input, authorization });
        expect(answer.text).not.toContain('INTERNAL_SERVER_ERROR');
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: RUNS },
    );
  });
});
