import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { encodeCursor } from '../../core/cursor.ts';
import type { Services } from '../../core/services.ts';
import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { testServices } from '../../core/testing/services.ts';
import { search } from './users.ts';

const me = { id: 'me', username: 'Me.Myself', avatar: null };

describe.each(databases())('the search for people on $kind', ({ open }) => {
  let database: TestDatabase;
  let services: Services;

  const add = (username: string, more: { displayName?: string; disabledAt?: Date } = {}) =>
    database.prisma.user.create({
      data: { id: `id-${username}`, username, usernameKey: username.toLowerCase(), ...more },
    });
  const find = (query: string, page: { limit?: number; cursor?: string } = {}) =>
    search(services, me, { query, limit: 50, ...page });
  const names = async (query: string) => (await find(query)).items.map((user) => user.username);

  beforeAll(async () => {
    database = await open();
    services = testServices(database.prisma);
  });
  beforeEach(async () => {
    await database.clear();
    await database.prisma.user.create({
      data: { id: me.id, username: me.username, usernameKey: 'me.myself' },
    });
  });
  afterAll(() => database.close());

  it('looks at any part of usernames and display names, in any case', async () => {
    await add('Hanna', { displayName: 'Özge Ünal' });
    await add('ANA');
    await add('ben', { displayName: 'Mariana' });
    await add('carl');
    expect(await names('aNa')).toEqual(['ANA', 'ben']);
    expect(await names(' han ')).toEqual(['Hanna']);
    expect(await names('öZGE ü')).toEqual(['Hanna']);
    expect(await names('ÖZGE Ü')).toEqual(['Hanna']);
    expect(await names('nobody')).toEqual([]);
    expect(await names('   ')).toEqual([]);
  });

  it('finds an accent that is part of its letter, and one that is a character of its own', async () => {
    const [one, two] = ['Özge'.normalize('NFC'), 'Özge'.normalize('NFD')];
    await add('ozge', { displayName: one });
    await add('ozge2', { displayName: two });
    expect(await names(one)).toEqual(['ozge', 'ozge2']);
    expect(await names(two.toUpperCase())).toEqual(['ozge', 'ozge2']);
  });

  it('takes wildcards literally', async () => {
    await add('under_score');
    await add('underXscore');
    await add('percent', { displayName: '100% Ana' });
    await add('slash', { displayName: String.raw`a\b` });
    await add('operators', { displayName: '(.*)+[a-z]|^$ 😀' });
    expect(await names('r_s')).toEqual(['under_score']);
    expect(await names('%')).toEqual(['percent']);
    expect(await names('_')).toEqual(['under_score']);
    expect(await names('\\')).toEqual(['slash']);
    expect(await names('(.*)+[A-Z]|^$ 😀')).toEqual(['operators']);
    expect(await names('.*')).toEqual(['operators']);
    expect(await names(String.raw`\%`)).toEqual([]);
    expect(await names(`'; DROP TABLE "User"; --`)).toEqual([]);
  });

  it('takes the longest query', async () => {
    await add('long', { displayName: 'Ö'.repeat(100) });
    expect(await names('ö'.repeat(100))).toEqual(['long']);
  });

  it('leaves out oneself and whoever is disabled', async () => {
    await add('Me.Too', { disabledAt: new Date() });
    await add('me.three');
    expect(await names('me')).toEqual(['me.three']);
  });

  it('shows a summary and nothing else', async () => {
    await add('ana', { displayName: 'Ana' });
    const summary = { id: 'id-ana', username: 'ana', displayName: 'Ana', avatar: null };
    expect(await find('ana')).toEqual({ items: [summary], nextCursor: null });
  });

  it('pages by username, with none twice and none left out while people come', async () => {
    for (const name of ['x-c', 'X-a', 'x-d', 'X-b', 'x-e']) await add(name);
    const first = await find('x-', { limit: 2 });
    expect(first.items.map((user) => user.username)).toEqual(['X-a', 'X-b']);
    await add('x-aa');
    const second = await find('x-', { limit: 2, cursor: first.nextCursor ?? '' });
    expect(second.items.map((user) => user.username)).toEqual(['x-c', 'x-d']);
    const third = await find('x-', { limit: 2, cursor: second.nextCursor ?? '' });
    expect(third).toMatchObject({ items: [{ username: 'x-e' }], nextCursor: null });
  });

  it('says there is no more when a page is just full', async () => {
    await add('x-a');
    await add('x-b');
    expect((await find('x-', { limit: 2 })).nextCursor).toBeNull();
  });

  it.each(['nonsense', encodeCursor('a', 'b'), encodeCursor('a\0')])(
    'refuses the cursor %s',
    async (cursor) => {
      await expect(find('x', { cursor })).rejects.toMatchObject({ reason: 'invalid_cursor' });
    },
  );
});
