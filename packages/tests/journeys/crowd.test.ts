// Everyone who comes back at once: what they missed reaches each, and is read once for all.
import { Client as PostgresClient } from 'pg';
import { describe, expect, it, vi } from 'vitest';

import { PGlite } from '../../server/src/core/pglite.mjs';
import { databases } from '../../server/src/core/testing/databases.ts';
import { READ_GAP_MS } from '../../server/src/domains/conversations/room-people.ts';
import { callOverSocket, type Person } from '../harness/people.ts';
import { Proxy } from '../harness/proxy.ts';
import { startServer } from '../harness/server.ts';
import { watchRoom } from '../harness/watch.ts';

const CLIENTS = 1_000;
const WAIT = { timeout: 120_000, interval: 250 };
const PEOPLE = 25;
const MISSED = 50;

/** Queries of the server in this process, on either kind of database. */
function watchQueries() {
  const spies = [vi.spyOn(PostgresClient.prototype, 'query'), vi.spyOn(PGlite.prototype, 'query')];
  return {
    /** Those that read a table before any other. */
    from(table: string): number {
      const texts = spies.flatMap((spy) => (spy.mock.calls as unknown[][]).map(([query]) => textOf(query)));
      return texts.filter((text) => /FROM\s+(?:"public"\.)?"(\w+)"/.exec(text)?.[1] === table).length;
    },
    [Symbol.dispose]: () => spies.forEach((spy) => spy.mockRestore()),
  };
}

const textOf = (query: unknown): string =>
  typeof query === 'string' ? query : String((query as { text?: unknown }).text);

describe.each(databases())('a crowd on $kind', (kind) => {
  it('that is cut off and comes back misses nothing, and shares what that costs', async () => {
    await using server = await startServer(kind, {
      edgeLimits: { unauthenticatedPerIp: CLIENTS },
      // Nobody is away for long enough to be told of.
      presenceGraceMs: 600_000,
    });
    await using proxy = await Proxy.open(() => [Number(new URL(server.url).port)]);
    const people: Person[] = [];
    for (let index = 0; index < PEOPLE; index += 1) people.push(await server.person('one'));
    const [ana, ...others] = people as [Person, ...Person[]];
    const group = { participantIds: others.map(({ id }) => id), title: 'Crowd' };
    const { id: conversationId } = await ana.http.conversations.create.mutate(group);
    const say = (content: string) => ana.http.messages.send.mutate({ conversationId, content });

    const clients = Array.from({ length: CLIENTS }, (_, index) =>
      callOverSocket(`http://127.0.0.1:${proxy.port}`, people[index % PEOPLE]?.session.accessToken ?? ''),
    );
    await using _closing = {
      [Symbol.asyncDispose]: async () => void (await Promise.all(clients.map((client) => client.close()))),
    };
    const rooms = clients.map(({ client }) => watchRoom(client, conversationId));
    const all = (type: 'joined' | 'message', count: number) =>
      vi.waitFor(() => {
        expect(rooms.filter((room) => room.of(type).length < count)).toHaveLength(0);
      }, WAIT);
    await all('joined', 1);
    await say('0');
    await all('message', 1);

    proxy.weather = { refusing: true };
    proxy.cut();
    for (let index = 1; index <= MISSED; index += 1) await say(`${index}`);
    using queries = watchQueries();
    const began = Date.now();
    proxy.weather = {};
    await all('message', 1 + MISSED);
    const [pages, lists] = [queries.from('LogEntry'), queries.from('Participant')];
    // Everyone resumes from one page; who is there is read some times in a second, not once for each.
    expect(pages).toBeLessThanOrEqual(2);
    expect(lists).toBeLessThanOrEqual(2 + (Date.now() - began) / READ_GAP_MS);
    const expected = Array.from({ length: 1 + MISSED }, (_, index) => index);
    for (const room of rooms) {
      expect(room.of('message').map(({ content }) => Number(content))).toEqual(expected);
      expect(room.errors).toEqual([]);
    }
  }, 400_000);
});
