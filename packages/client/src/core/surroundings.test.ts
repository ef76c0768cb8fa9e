import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { createParleyClient } from '../client.ts';
import { eventually } from './testing/eventually.ts';
import { listen, messages } from './testing/listen.ts';
import { Page } from './testing/page.ts';
import { SmallServer } from './testing/small-server.ts';

describe('a page', () => {
  const away = [
    ['hidden', (page: Page, is: boolean) => (page.isHidden = is)],
    ['offline', (page: Page, is: boolean) => (page.isOffline = is)],
  ] as const;

  it.each(away)('makes no attempt while it is %s, and one at once when it is not', async (reason, set) => {
    await using server = await SmallServer.start();
    using page = new Page();
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    const { seen, errors } = listen(client);
    await eventually(() => seen.length === 1);
    set(page, true);
    expect(client.connection.state).toBe('open');
    for (const socket of server.sockets) socket.terminate();
    await eventually(() => client.connection.state !== 'open');
    const suspended = { state: 'suspended', attempt: 1, reason };
    expect(client.connection.getSnapshot()).toEqual(suspended);
    server.append('one');
    // Longer than the longest first wait.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(client.connection.getSnapshot()).toEqual(suspended);
    expect(server.shown).toHaveLength(1);
    set(page, false);
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'waiting', attempt: 1 });
    await eventually(() => messages(seen).length === 1);
    expect(errors).toEqual([]);
    await client.close();
  });

  it('connects once although it is hidden from the beginning, and tells what it waits for in the end', async () => {
    await using server = await SmallServer.start();
    using page = new Page();
    page.isHidden = true;
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    expect((await client.trpc.auth.me.query()).id).toBe('ana');
    for (const socket of server.sockets) socket.terminate();
    await eventually(() => client.connection.state === 'suspended');
    page.isOffline = true;
    expect(client.connection.getSnapshot()).toMatchObject({ reason: 'offline' });
    page.isOffline = false;
    expect(client.connection.getSnapshot()).toMatchObject({ reason: 'hidden' });
    const me = client.trpc.auth.me.query();
    client.connection.retry();
    expect((await me).id).toBe('ana');
    await client.close();
  });

  it.each([
    ['goes offline', (page: Page) => (page.isOffline = true)],
    ['comes back from the bfcache', (page: Page) => page.show()],
  ])('finds out soon whether a link is dead when it %s', async (_what, act) => {
    await using server = await SmallServer.start();
    using page = new Page();
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    await client.trpc.auth.me.query();
    const [socket] = server.sockets;
    act(page);
    await eventually(() => server.pings >= 2);
    // Answered after the ping, whose answer has come before.
    await client.trpc.auth.me.query();
    expect(client.connection.state).toBe('open');
    // Hears no more.
    socket?.pause();
    const [state] = await new Promise<string[]>((resolve) => {
      const states: string[] = [];
      client.connection.subscribe(() => states.push(client.connection.state));
      act(page);
      // Timers come in their order, however busy the machine is.
      setTimeout(resolve, 4_000, states);
    });
    expect(state).toMatch(/^(waiting|suspended)$/);
    await client.close();
  });
});
