import { LIMITS } from '@parley/contract/schemas';
import { describe, expect, it } from 'vitest';

import { oneDatabase } from '../core/testing/one-database.ts';
import { failureOf, openEdge, until } from './testing/edge.ts';
import { heard, LONG, LONG_BODY, send } from './testing/wire.ts';

const database = oneDatabase();

describe('a long body', () => {
  it('takes a long body from who has a good token, and from nobody else', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    const body = (bytes: number) => JSON.stringify({ json: 'x'.repeat(bytes) });
    const post = (token: string | undefined, of: string | ReadableStream) =>
      fetch(`${edge.url}/trpc/messages.send`, {
        method: 'POST',
        body: of,
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        ...(typeof of !== 'string' && { duplex: 'half' }),
      });
    const long = body(LIMITS.httpBodyBytes);
    const refused = async (response: Response) => [
      response.status,
      response.headers.get('www-authenticate'),
      (await failureOf(response)).reason,
    ];
    expect(await refused(await post(ana.token, long))).toEqual([400, null, 'invalid_input']);
    expect(await refused(await post(ana.token, body(LIMITS.trpcBodyBytes)))).toEqual([
      413,
      null,
      'payload_too_large',
    ]);
    expect(await refused(await post(undefined, long))).toEqual([413, null, 'payload_too_large']);
    expect(await refused(await post('nonsense', long))).toEqual([401, 'Bearer', 'token_invalid']);
    // One that does not say how long it is.
    expect(await refused(await post(ana.token, new Blob([long]).stream()))).toEqual([
      413,
      null,
      'payload_too_large',
    ]);
  });

  it('takes so many long bodies of one person at once', async () => {
    await using edge = await openEdge(database, { edgeLimits: { largeBodiesPerUser: 1 } });
    const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
    const admitted = () => edge.call(ana, 'mutation', 'messages.send', 'x'.repeat(200_000));
    const first = send(edge, { ...LONG, token: ana.token });
    expect(await heard(first)).toMatch(/^HTTP\/1\.1 100 /);
    await until(async () => (await admitted()).status === 429);
    expect((await failureOf(await admitted())).reason).toBe('rate_limited');
    expect((await edge.call(ana, 'query', 'auth.me')).status).toBe(200);
    expect((await edge.call(ben, 'mutation', 'messages.send', 'x'.repeat(200_000))).status).toBe(400);
    first.destroy();
    await until(async () => (await admitted()).status === 400);
  });

  it('asks who sends a long body once more when it is there', async () => {
    await using edge = await openEdge(database, { edgeLimits: { largeBodiesPerUser: 1 } });
    const ana = await edge.person('ana');
    const wire = send(edge, { ...LONG, token: ana.token });
    await heard(wire);
    const other = () => edge.call(ana, 'mutation', 'messages.send', 'x'.repeat(200_000));
    await until(async () => (await other()).status === 429);
    await edge.parley.disableUser(ana.id);
    wire.write(LONG_BODY);
    expect(await heard(wire)).toContain('user_disabled');
    wire.destroy();
  });
});
