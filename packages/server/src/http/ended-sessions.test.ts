import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CONTROL_TOPIC, encodeControl } from '../core/control.ts';
import { databases, type TestDatabase } from '../core/testing/databases.ts';
import { jsonOf, openEdge, until, type Edge, type Person } from './testing/edge.ts';
import { reasonOf } from './testing/peer.ts';

describe.each(databases())('a person who signs out everywhere on $kind', ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(() => database.clear());
  afterAll(() => database.close());

  const login = async (edge: Edge, person: Person): Promise<Person> => {
    const credentials = { email: person.email, password: 'password' };
    const response = await edge.call(undefined, 'mutation', 'auth.login', credentials);
    return { ...person, token: (await jsonOf<{ accessToken: string }>(response)).accessToken };
  };
  /** As if another node had done it, and this one had not heard of it. */
  const endUnheard = async ({ id }: Person): Promise<number> => {
    const generation = Date.now();
    await database.prisma.user.update({
      where: { id },
      data: { sessionsEndedAt: new Date(generation) },
    });
    return generation;
  };

  it('is answered, and cut off on every device at once', async () => {
    await using edge = await openEdge(database);
    const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
    await using peer = await edge.peer(ana);
    await using other = await edge.peer(await login(edge, ana));
    await using bens = await edge.peer(ben);
    const id = other.start('subscription', 'inbox.events');
    await other.event(id, 'connected');
    await bens.call('query', 'auth.me');
    const answer = await peer.call('mutation', 'auth.logoutEverywhere');
    expect(answer.result?.data?.json).toEqual({ success: true });
    for (const one of [peer, other])
      expect(await one.closed).toEqual({ code: 4401, reason: 'token_invalid' });
    expect(other.frames.map(reasonOf)).toContain('token_invalid');
    expect((await edge.call(ana, 'query', 'auth.me')).status).toBe(401);
    expect((await bens.call('query', 'auth.me')).error).toBeUndefined();
  });

  it('is found by looking when nobody says so, and stays where they have come back', async () => {
    await using edge = await openEdge(database, { edgeLimits: { sweepMs: 30 } });
    const ana = await edge.person('ana');
    await using old = await edge.peer(ana);
    await old.call('query', 'auth.me');
    const generation = await endUnheard(ana);
    await using back = await edge.peer(await login(edge, ana));
    await back.call('query', 'auth.me');
    expect(await old.closed).toEqual({ code: 4401, reason: 'token_invalid' });
    const word = encodeControl({ type: 'sessions-ended', userId: ana.id, generation });
    edge.parley.services.bus.publish(CONTROL_TOPIC, word);
    const looks = edge.lines.filter(({ msg }) => msg === 'connections of ended sessions end').length;
    await until(
      () => edge.lines.filter(({ msg }) => msg === 'connections of ended sessions end').length > looks,
    );
    expect((await back.call('query', 'auth.me')).error).toBeUndefined();
  });

  it('stays on a connection that was renewed with a token of after it', async () => {
    await using edge = await openEdge(database);
    const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
    await using renewed = await edge.peer(ana);
    await using left = await edge.peer(ana);
    await Promise.all([renewed.call('query', 'auth.me'), left.call('query', 'auth.me')]);
    const generation = await endUnheard(ana);
    const { token } = await login(edge, ana);
    await renewed.call('mutation', 'auth.renew', { accessToken: token });
    expect(reasonOf(await left.call('mutation', 'auth.renew', { accessToken: ben.token }))).toBe(
      'token_invalid',
    );
    const word = encodeControl({ type: 'sessions-ended', userId: ana.id, generation });
    edge.parley.services.bus.publish(CONTROL_TOPIC, word);
    expect((await left.closed).code).toBe(4401);
    expect((await renewed.call('query', 'auth.me')).error).toBeUndefined();
  });
});
