// One person on many devices, with access tokens that expire while they are in use.
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { callOverHttp, callOverSocket, type Person } from '../harness/people.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { watchInbox, watchRoom } from '../harness/watch.ts';

const DEVICES = 10;
const TOKEN_SECONDS = 8;
const RENEW_MS = 1_000;

describe.each(databases())('a person on ten devices on $kind', (kind) => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  let conversationId: string;
  beforeAll(async () => {
    server = await startServer(kind, {
      accessTokenSeconds: TOKEN_SECONDS,
      edgeLimits: { nudgeMs: 3_500, nudgeLifeMs: 3_600 },
      presenceGraceMs: 50,
    });
    ana = await server.person('ana');
    ben = await server.person('ben');
    const { id } = await ana.http.conversations.create.mutate({ participantIds: [ben.id] });
    conversationId = id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Clients whose token is renewed in time, as an application would. */
  function keepSession({ session }: Person) {
    let { accessToken, refreshToken } = session;
    const ending = new AbortController();
    const renewing = (async () => {
      // One after the other: a refresh token is good once.
      while (!ending.signal.aborted) {
        await delay(RENEW_MS);
        const renewed = await callOverHttp(server.url).auth.refresh.mutate({ refreshToken });
        ({ accessToken, refreshToken } = renewed);
      }
    })();
    return {
      token: () => accessToken,
      [Symbol.asyncDispose]: async () => {
        ending.abort();
        await renewing;
      },
    };
  }

  it('reads everything once and in order on each, through the ends of several tokens', async () => {
    await using anas = keepSession(ana);
    await using bens = keepSession(ben);
    const devices = Array.from({ length: DEVICES }, () => callOverSocket(server.url, bens.token));
    const rooms = devices.map(({ client }) => watchRoom(client, conversationId));
    const inboxes = devices.map(({ client }) => watchInbox(client));
    await Promise.all(rooms.map((room) => room.next('joined')));
    await Promise.all(inboxes.map((inbox) => inbox.next('connected')));

    const lifetimes = 2;
    const until = Date.now() + lifetimes * TOKEN_SECONDS * 1_000;
    let sent = 0;
    while (Date.now() < until) {
      sent += 1;
      const http = callOverHttp(server.url, anas.token());
      await http.messages.send.mutate({ conversationId, content: String(sent) });
      if (sent % 10 === 0) devices[(sent / 10) % DEVICES]?.cut();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const expected = Array.from({ length: sent }, (_, index) => String(index + 1));
    await Promise.all(rooms.map((room) => room.next('message', sent)));
    await Promise.all(inboxes.map((inbox) => inbox.next('new-message', sent)));
    for (const room of rooms) {
      expect(room.errors).toEqual([]);
      expect(room.of('message').map(({ content }) => content)).toEqual(expected);
      // Each token's end made every device come again on another socket.
      expect(room.of('joined').length).toBeGreaterThanOrEqual(lifetimes);
    }
    for (const inbox of inboxes) {
      expect(inbox.of('new-message').map(({ message }) => message.content)).toEqual(expected);
    }

    // Told once, to whoever is there: a device that is between two sockets hears of the next one.
    const [reading] = devices;
    const unaware = async () => {
      await callOverHttp(server.url, anas.token()).messages.send.mutate({ conversationId, content: 'more' });
      await reading?.client.receipts.read.mutate({ conversationId });
      return inboxes.filter((inbox) => inbox.of('read').length === 0).length;
    };
    await expect.poll(unaware, { timeout: 20_000, interval: 300 }).toBe(0);
    for (const inbox of inboxes) expect(await inbox.next('read')).toMatchObject({ unreadCount: 0 });
    await Promise.all(devices.map((device) => device.close()));
    await expect.poll(() => server.parley.isUserOnline(ben.id)).toBe(false);
  });
});
