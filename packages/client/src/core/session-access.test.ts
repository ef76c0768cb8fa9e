import type { Session } from '@parley/contract';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';

import { createParleyClient } from '../client.ts';
import { eventually } from './testing/eventually.ts';
import { SmallServer } from './testing/small-server.ts';

const soon = (session: Session): Session => ({
  ...session,
  accessTokenExpiresAt: new Date(Date.now() + 5_000),
});
const past = (session: Session): Session => ({
  ...session,
  accessTokenExpiresAt: new Date(Date.now() - 5_000),
});

describe('session', () => {
  afterEach(() => vi.useRealTimers());

  it('signs in, speaks in that name, and signs out on the server', async () => {
    await using server = await SmallServer.start();
    const kept: (Session | null)[] = [];
    const client = createParleyClient({
      url: server.url,
      WebSocket,
      onSessionChange: (session) => kept.push(session),
    });
    const session = await client.signIn({ email: 'ben@parley.test', password: 'right' });
    expect(client.session.getSnapshot()).toBe(session);
    expect(session.accessTokenExpiresAt).toBeInstanceOf(Date);
    expect((await client.trpc.auth.me.query()).id).toBe('ben');
    await client.signOut();
    expect(client.session.getSnapshot()).toBeNull();
    expect(client.connection.state).toBe('idle');
    expect(server.logouts).toEqual([session.refreshToken]);
    expect(kept).toEqual([session, null]);
    await eventually(() => server.sockets.length === 0);
    await client.close();
  });

  it('goes on with a session that registering gave', async () => {
    await using server = await SmallServer.start();
    const kept: (Session | null)[] = [];
    const client = createParleyClient({
      url: server.url,
      WebSocket,
      onSessionChange: (session) => kept.push(session),
    });
    const session = await client.signIn(server.issue('cleo'));
    expect(kept).toEqual([session]);
    expect((await client.trpc.auth.me.query()).id).toBe('cleo');
    await client.close();
  });

  it('tells a wrong password by its reason, over HTTP and with no socket', async () => {
    await using server = await SmallServer.start();
    const client = createParleyClient({ url: server.url, WebSocket });
    await expect(client.signIn({ email: 'ana@parley.test', password: 'wrong' })).rejects.toMatchObject({
      data: { reason: 'invalid_credentials' },
    });
    expect(server.shown).toEqual([]);
    expect(client.connection.state).toBe('idle');
    await client.close();
  });

  it('renews once, however many calls ask at the same time', async () => {
    await using server = await SmallServer.start();
    const kept: (Session | null)[] = [];
    const session = soon(server.issue());
    const client = createParleyClient({
      url: server.url,
      WebSocket,
      session,
      onSessionChange: (next) => kept.push(next),
    });
    let open = () => {};
    server.gate = new Promise((resolve) => (open = resolve));
    const calls = Array.from({ length: 20 }, () => client.trpc.auth.me.query());
    const logouts = Array.from({ length: 5 }, () => client.trpc.auth.logout.mutate({ refreshToken: 'x' }));
    await eventually(() => server.refreshes.length === 1);
    open();
    await Promise.all([...calls, ...logouts]);
    expect(server.refreshes).toEqual([session.refreshToken]);
    expect(server.shown).toEqual(['access-2']);
    expect(kept.map((next) => next?.accessToken)).toEqual(['access-2']);
    await client.close();
  });

  it('takes a session as JSON brought it back', async () => {
    await using server = await SmallServer.start();
    const session = JSON.parse(JSON.stringify(server.issue())) as Session;
    const client = createParleyClient({ url: server.url, WebSocket, session });
    expect(client.session.getSnapshot()?.accessTokenExpiresAt).toBeInstanceOf(Date);
    expect(client.session.getSnapshot()?.user.createdAt).toBeInstanceOf(Date);
    await client.trpc.auth.me.query();
    expect(server.refreshes).toEqual([]);
    await client.close();
  });

  it('ends when the refresh token is refused', async () => {
    await using server = await SmallServer.start();
    const kept: (Session | null)[] = [];
    const session = { ...past(server.issue()), refreshToken: 'spent' };
    const client = createParleyClient({
      url: server.url,
      WebSocket,
      session,
      onSessionChange: (next) => kept.push(next),
    });
    await expect(client.trpc.auth.me.query()).rejects.toMatchObject({ data: { reason: 'unauthenticated' } });
    expect(client.connection.state).toBe('unauthorised');
    expect(kept).toEqual([null]);
    expect(server.refreshes).toEqual(['spent']);
    expect(server.shown).toEqual([]);
    await client.close();
  });

  it('outlives a server that cannot renew it now', async () => {
    await using server = await SmallServer.start();
    server.refreshFails = true;
    const client = createParleyClient({ url: server.url, WebSocket, session: past(server.issue()) });
    const me = client.trpc.auth.me.query();
    await eventually(() => client.connection.state === 'waiting');
    expect(client.session.getSnapshot()).not.toBeNull();
    server.refreshFails = false;
    client.connection.retry();
    expect((await me).id).toBe('ana');
    await client.close();
  });

  it('takes what another tab has stored, and does not spend a token twice', async () => {
    await using server = await SmallServer.start();
    let stored: Session | null = soon(server.issue());
    const client = createParleyClient({ url: server.url, WebSocket, session: () => stored });
    stored = server.issue();
    await client.trpc.auth.me.query();
    expect(server.refreshes).toEqual([]);
    expect(server.shown).toEqual([stored.accessToken]);
    await client.close();
  });

  it('does not renew again and again when the clock here is wrong', async () => {
    await using server = await SmallServer.start();
    server.lifetimeMs = -3_600_000;
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    for (let round = 0; round < 5; round += 1) await client.trpc.auth.logout.mutate({ refreshToken: 'x' });
    expect(server.refreshes).toHaveLength(1);
    await client.close();
  });

  it('renews a token that lives less than a minute at half of its life, and nobody notices', async () => {
    await using server = await SmallServer.start();
    server.lifetimeMs = 45_000;
    vi.useFakeTimers({ toFake: ['Date'] });
    const session = past(server.issue());
    const client = createParleyClient({ url: server.url, WebSocket, session });
    await client.trpc.auth.me.query();
    const states: string[] = [];
    client.connection.subscribe(() => states.push(client.connection.state));
    vi.setSystemTime(Date.now() + 20_000);
    server.nudge();
    await eventually(() => server.shown.length === 2);
    vi.setSystemTime(Date.now() + 5_000);
    await eventually(() => server.sockets.length === 1);
    server.nudge();
    await eventually(() => server.shown.length === 3);
    expect(server.shown).toEqual(['access-2', 'access-2', 'access-3']);
    expect(states).toEqual([]);
    await client.close();
  });

  it('ends what was open in the name of whoever was signed in before', async () => {
    await using server = await SmallServer.start();
    const client = createParleyClient({ url: server.url, WebSocket });
    await client.signIn({ email: 'ana@parley.test', password: 'right' });
    const ended = new Promise((resolve) => {
      client.trpc.inbox.events.subscribe(undefined, { onError: resolve });
    });
    await eventually(() => server.resumedAfter.length === 1);
    await client.signIn({ email: 'ben@parley.test', password: 'right' });
    expect(await ended).toMatchObject({ data: { reason: 'unauthenticated' } });
    expect((await client.trpc.auth.me.query()).id).toBe('ben');
    await client.close();
  });
});
