import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { createParleyClient } from '../client.ts';
import { eventually } from './testing/eventually.ts';
import { listen, messages } from './testing/listen.ts';
import { SmallServer } from './testing/small-server.ts';

describe.concurrent('a token that the server does not take', () => {
  it('is shown once, then the client stops and says so', async () => {
    await using server = await SmallServer.start();
    let asked = 0;
    const client = createParleyClient({
      url: server.url,
      WebSocket,
      getAccessToken: () => {
        asked += 1;
        return 'bad';
      },
    });
    const { errors } = listen(client);
    await eventually(() => errors.length === 1);
    expect(errors[0]).toMatchObject({ data: { code: 'UNAUTHORIZED', reason: 'token_invalid' } });
    await eventually(() => client.connection.state === 'unauthorised');
    expect(client.connection.getSnapshot()).toEqual({ state: 'unauthorised', reason: 'token_invalid' });
    expect(asked).toBeLessThanOrEqual(3);
    await expect(client.trpc.auth.me.query()).rejects.toMatchObject({ data: { reason: 'token_invalid' } });
    expect(server.shown).toEqual(['bad']);
    await client.close();
  });

  it('gives way to the next one that the application has', async () => {
    await using server = await SmallServer.start();
    const good = server.issue().accessToken;
    const tokens = ['bad', good];
    const client = createParleyClient({
      url: server.url,
      WebSocket,
      getAccessToken: () => tokens.shift() ?? good,
    });
    const { seen, errors } = listen(client);
    expect((await client.trpc.auth.me.query()).id).toBe('ana');
    await eventually(() => seen.length > 0);
    expect(errors).toEqual([]);
    expect(server.shown).toEqual(['bad', good]);
    await client.close();
  });

  it('lets the client go on when the application has another one later', async () => {
    await using server = await SmallServer.start();
    let token: string | null = null;
    const client = createParleyClient({ url: server.url, WebSocket, getAccessToken: () => token });
    await expect(client.trpc.auth.me.query()).rejects.toMatchObject({ data: { reason: 'unauthenticated' } });
    token = 'bad';
    await expect(client.trpc.auth.me.query()).rejects.toMatchObject({ data: { reason: 'token_invalid' } });
    token = server.issue().accessToken;
    expect((await client.trpc.auth.me.query()).id).toBe('ana');
    expect(client.connection.state).toBe('open');
    expect(server.shown).toEqual(['bad', token]);
    await client.close();
  });

  it('is renewed once from the session, for every call that was refused', async () => {
    await using server = await SmallServer.start();
    const session = server.issue();
    const client = createParleyClient({ url: server.url, WebSocket, session });
    const { seen, errors } = listen(client);
    await eventually(() => seen.length === 1);
    server.append('one');
    await eventually(() => seen.length === 2);
    server.good.delete(session.accessToken);
    const ids = await Promise.all(Array.from({ length: 10 }, () => client.trpc.auth.me.query()));
    expect(new Set(ids.map(({ id }) => id))).toEqual(new Set(['ana']));
    server.append('two');
    await eventually(() => messages(seen).length === 2);
    expect(messages(seen)).toEqual(['1 new-message', '2 new-message']);
    expect(server.refreshes).toEqual([session.refreshToken]);
    expect(server.shown).toEqual(['access-1', 'access-2']);
    expect(errors).toEqual([]);
    await client.close();
  });

  it('leaves subscriptions alone while no other one can be had', async () => {
    await using server = await SmallServer.start();
    const session = server.issue();
    const client = createParleyClient({ url: server.url, WebSocket, session });
    const { seen, errors } = listen(client);
    await eventually(() => seen.length === 1);
    server.refreshFails = true;
    server.good.delete(session.accessToken);
    await expect(client.trpc.auth.me.query()).rejects.toMatchObject({ data: { reason: 'unavailable' } });
    await eventually(() => client.connection.state === 'waiting' && server.refreshes.length >= 2);
    server.refreshFails = false;
    server.append('one');
    await eventually(() => messages(seen).length === 1);
    expect(errors).toEqual([]);
    await client.close();
  });

  it('is renewed once when the socket is closed for it without a word', async () => {
    await using server = await SmallServer.start();
    const session = server.issue();
    const client = createParleyClient({ url: server.url, WebSocket, session });
    const { seen, errors } = listen(client);
    await eventually(() => seen.length === 1);
    server.good.delete(session.accessToken);
    for (const socket of server.sockets) socket.close(4401);
    server.append('one');
    await eventually(() => messages(seen).length === 1);
    expect(server.shown).toEqual(['access-1', 'access-2']);
    expect(errors).toEqual([]);
    await client.close();
  });

  it('does not make the client renew for ever when no new one is taken either', async () => {
    await using server = await SmallServer.start();
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    server.good.clear();
    // Nor is what it issues from now on.
    server.good.set = () => server.good;
    const { errors } = listen(client);
    await eventually(() => errors.length === 1);
    await eventually(() => client.connection.state === 'unauthorised');
    expect(server.refreshes.length).toBeLessThanOrEqual(1);
    expect(server.shown.length).toBeLessThanOrEqual(2);
    await client.close();
  });
});
