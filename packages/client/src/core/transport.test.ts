import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { createParleyClient } from '../client.ts';
import { eventually } from './testing/eventually.ts';
import { listen, messages } from './testing/listen.ts';
import { SmallServer } from './testing/small-server.ts';

// Side by side: each has a server of its own, and waits mostly.
describe.concurrent('transport', () => {
  it('opens the socket at the first call, and one for all', async () => {
    await using server = await SmallServer.start();
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    const states: string[] = [];
    client.connection.subscribe(() => states.push(client.connection.state));
    expect(client.connection.getSnapshot()).toEqual({ state: 'idle' });
    await Promise.all(Array.from({ length: 10 }, () => client.trpc.auth.me.query()));
    expect(server.shown).toEqual(['access-1']);
    expect(states).toEqual(['connecting', 'open']);
    await client.close();
    expect(states).toEqual(['connecting', 'open', 'closed']);
  });

  it('resumes after the last value when the connection is lost', async () => {
    await using server = await SmallServer.start();
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    const { seen, errors } = listen(client);
    await eventually(() => seen.length === 1);
    server.append('one');
    await eventually(() => seen.length === 2);
    for (const socket of server.sockets) socket.terminate();
    server.append('two');
    await eventually(() => messages(seen).length === 2);
    expect(messages(seen)).toEqual(['1 new-message', '2 new-message']);
    expect(server.resumedAfter).toEqual([null, '1']);
    expect(errors).toEqual([]);
    await client.close();
  });

  it('sends nothing of an input that cannot be written, and is rid of its call', async () => {
    await using server = await SmallServer.start();
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const send = () => client.trpc.messages.send.mutate(circular as never);
    // One that waits for the connection does not hold up those behind it.
    const waiting = send().catch((error: unknown) => error);
    expect((await client.trpc.auth.me.query()).id).toBe('ana');
    expect(String(await waiting)).toContain('call stack');
    await expect(send()).rejects.toThrow('call stack');
    expect(server.sends).toBe(0);
    // A socket that is replaced closes when nothing waits for an answer on it.
    server.nudge();
    await eventually(() => server.shown.length === 2);
    await eventually(() => server.sockets.length === 1);
    expect((await client.trpc.auth.me.query()).id).toBe('ana');
    await client.close();
  });

  it('comes back to a server that was down, and is hurried by retry()', async () => {
    await using server = await SmallServer.start();
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    const { seen } = listen(client);
    await eventually(() => seen.length === 1);
    await server.stop();
    await eventually(() => {
      const state = client.connection.getSnapshot();
      return state.state === 'waiting' && state.attempt >= 2;
    });
    await server.listen();
    server.append('one');
    client.connection.retry();
    await eventually(() => messages(seen).length === 1);
    expect(client.connection.state).toBe('open');
    await client.close();
  });

  it('moves to another socket when it is asked to, and loses nothing', async () => {
    await using server = await SmallServer.start();
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    const states: string[] = [];
    const { seen } = listen(client);
    await eventually(() => seen.length === 1);
    client.connection.subscribe(() => states.push(client.connection.state));
    server.nudge();
    for (let sent = 1; sent <= 20; sent += 1) {
      server.append(`message ${sent}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await eventually(() => server.shown.length === 2 && server.sockets.length === 1);
    server.append('last');
    await eventually(() => messages(seen).length === 21);
    expect(messages(seen)).toEqual(Array.from({ length: 21 }, (_, index) => `${index + 1} new-message`));
    expect(states).toEqual([]);
    await client.close();
  });

  it('repeats a subscription that failed and may succeed, from where it was', async () => {
    await using server = await SmallServer.start();
    server.failures = 2;
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    const { seen, errors } = listen(client);
    await eventually(() => seen.length === 1);
    server.append('one');
    await eventually(() => messages(seen).length === 1);
    server.failures = 1;
    for (const socket of server.sockets) socket.terminate();
    await eventually(() => server.resumedAfter.length === 5);
    expect(server.resumedAfter).toEqual([null, null, null, '1', '1']);
    expect(errors).toEqual([]);
    expect(server.shown).toHaveLength(2);
    await client.close();
  });

  it('never repeats a mutation whose answer was lost', async () => {
    await using server = await SmallServer.start();
    server.answersSends = false;
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    const sent = client.trpc.messages.send.mutate({ conversationId: 'c', content: 'hi' });
    sent.catch(() => undefined);
    await eventually(() => server.sends === 1);
    for (const socket of server.sockets) socket.terminate();
    await expect(sent).rejects.toMatchObject({ data: { reason: 'unavailable', retryable: true } });
    await eventually(() => client.connection.state === 'open' && server.shown.length === 2);
    expect(server.sends).toBe(1);
    await client.close();
  });

  it('completes subscriptions and fails calls when it is closed, and takes no more', async () => {
    await using server = await SmallServer.start();
    server.answersSends = false;
    const client = createParleyClient({ url: server.url, WebSocket, session: server.issue() });
    const { seen, completed } = listen(client);
    await eventually(() => seen.length === 1);
    const sent = client.trpc.messages.send.mutate({ conversationId: 'c', content: 'hi' });
    sent.catch(() => undefined);
    await eventually(() => server.sends === 1);
    await client.close();
    expect(completed()).toBe(1);
    await expect(sent).rejects.toThrow('The client is closed');
    await expect(client.trpc.auth.me.query()).rejects.toThrow('The client is closed');
    await eventually(() => server.sockets.length === 0);
    expect(client.connection.state).toBe('closed');
  });

  it('closes while it waits for a server that is not there', async () => {
    const server = await SmallServer.start();
    const { url } = server;
    await server.stop();
    const client = createParleyClient({ url, WebSocket, getAccessToken: () => 'access' });
    const me = client.trpc.auth.me.query();
    me.catch(() => undefined);
    await eventually(() => client.connection.state === 'waiting');
    await client.close();
    await expect(me).rejects.toThrow('The client is closed');
  });
});

describe.concurrent('an attempt', () => {
  it('is not made again and again where no token can be had', async () => {
    await using server = await SmallServer.start();
    let asked = 0;
    const client = createParleyClient({
      url: server.url,
      WebSocket,
      getAccessToken: () => {
        asked += 1;
        return Promise.reject(new Error('Not now'));
      },
    });
    void client.trpc.auth.me.query().catch(() => undefined);
    await eventually(() => {
      const state = client.connection.getSnapshot();
      return state.state === 'waiting' && state.attempt === 3;
    });
    expect(asked).toBe(3);
    await client.close();
  });

  it('is given up where the socket does not open', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const client = createParleyClient({
      url: `http://127.0.0.1:${port}`,
      WebSocket,
      transport: 'ws',
      getAccessToken: () => 'access',
    });
    void client.trpc.auth.me.query().catch(() => undefined);
    await eventually(() => client.connection.state === 'waiting');
    expect(client.connection.getSnapshot()).toMatchObject({ attempt: 1 });
    await client.close();
    silent.close();
  });
});
