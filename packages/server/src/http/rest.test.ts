import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../core/testing/databases.ts';
import type { Parley } from '../create-parley.ts';
import { createParley } from '../create-parley.ts';

describe('x', () => {
  it('y', async () => {
    const database = await databases()[0]!.open();
    const parley = await createParley({ database, logLevel: 'silent', jwtSecret: 'x'.repeat(32) });
    const { url } = await parley.listen({ port: 0 });
    const r = await fetch(`${url}/api/v1/openapi.json`, { signal: AbortSignal.timeout(4000) });
    console.log(r.status, Object.fromEntries(r.headers));
    await parley.close();
    await database.close();
  });
});
