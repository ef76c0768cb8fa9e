// What stock clients are sent past tRPC, and by it, side by side: the same bytes. A client that says which JSON-RPC it
// speaks is served by tRPC alone, so of the two here one does, and both are clients of the same person.
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import type { Person } from '../harness/people.ts';
import { JWT_SECRET, startServer, type TestServer } from '../harness/server.ts';
import { Recorder } from './testing/recorder.ts';

declare module '@parley/server' {
  interface HostRoomEvents {
    noticed: { at: Date; text: string };
  }
}

const [kind] = databases();

const VERSION = '"jsonrpc":"2.0",';
describe('a stock client, served past tRPC', () => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  let cem: Person;
  beforeAll(async () => {
    server = await startServer(kind, { edgeLimits: { nudgeMs: 7_000, nudgeLifeMs: 7_500 } });
    [ana, ben, cem] = [await server.person('ana'), await server.person('ben'), await server.person('cem')];
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('is sent the same bytes as by it, of every type of event, over reconnects', async () => {
    const { parley, url } = server;
    const api = ben.http;
    const group = await api.conversations.create.mutate({ participantIds: [ana.id, cem.id], title: 'Trip' });
    const pair = await api.conversations.create.mutate({ participantIds: [ana.id], subject: 'Bread' });
    const [conversationId, other] = [group.id, pair.id];

    // The first token is soon to be replaced, so each client is told to come again once.
    const recorders = ([undefined, '2.0'] as const).map((speaks) => {
      let asked = 0;
      const tokens = () => {
        asked += 1;
        if (asked > 1) return ana.session.accessToken;
        return jwt.sign({}, JWT_SECRET, { subject: ana.id, expiresIn: 12 });
      };
      return new Recorder({ url, tokens, speaks });
    });
    for (const recorder of recorders) recorder.watcher = ana.username;
    const [direct, stock] = recorders as [Recorder, Recorder];
    const same = () => expect.poll(() => direct.texts, { timeout: 20_000 }).toEqual(stock.texts);
    /** Does something, and waits until both clients were told so many more values of a kind. */
    const told = async (type: string, act: () => unknown, values = 1) => {
      const matches = new RegExp(`"data":\\{"type":"${type}"`);
      const before = recorders.map((recorder) => recorder.count(matches));
      await act();
      for (const [index, recorder] of recorders.entries()) {
        await expect
          .poll(() => recorder.count(matches), { message: type, timeout: 20_000 })
          .toBe((before[index] ?? 0) + values);
      }
      await same();
    };

    const watch = (recorder: Recorder) => {
      const { events } = recorder.client.conversations;
      const ignore = { onError: () => undefined };
      // One batch: a room twice, another room, and the inbox.
      return [
        events.subscribe({ conversationId }, ignore),
        events.subscribe({ conversationId }, ignore),
        events.subscribe({ conversationId: other }, ignore),
        recorder.client.inbox.events.subscribe({}, ignore),
      ];
    };
    const watches = recorders.map(watch);
    const greeted = (times: number) =>
      Promise.all(
        recorders.map((recorder) =>
          expect
            .poll(
              () => Math.min(recorder.count(/"type":"joined"/) / 3, recorder.count(/"type":"connected"/)),
              {
                timeout: 20_000,
              },
            )
            .toBeGreaterThanOrEqual(times),
        ),
      );
    await greeted(1);
    await greeted(2);
    await same();

    const say = (content: string, room = conversationId) =>
      api.messages.send.mutate({ conversationId: room, content });
    const ids: string[] = [];
    await told('message', async () => ids.push((await say('one')).message.id), 2);
    await told('message', async () => ids.push((await say('two ü \u2028 "quoted" 😀')).message.id), 2);
    const [first = '', second = ''] = ids;
    await told('message-edited', () => api.messages.edit.mutate({ messageId: first, content: 'ONE' }), 3);
    await told('reaction', () => api.messages.react.mutate({ messageId: first, emoji: '🐟', on: true }), 2);
    await told('message-deleted', () => api.messages.delete.mutate({ messageId: second }), 3);
    await told('renamed', () => api.conversations.rename.mutate({ conversationId, title: 'Far' }), 2);
    const dan = await server.person('dan');
    await told(
      'member-added',
      () => api.conversations.addMembers.mutate({ conversationId, userIds: [dan.id] }),
      2,
    );
    await told(
      'role-changed',
      () => api.conversations.setRole.mutate({ conversationId, userId: cem.id, role: 'admin' }),
      2,
    );
    await told(
      'member-removed',
      () => api.conversations.removeMember.mutate({ conversationId, userId: dan.id }),
      2,
    );
    await told('conversation-added', () =>
      api.conversations.create.mutate({ participantIds: [ana.id], title: 'New' }),
    );
    const offered = await (async () => {
      let made: { id: string } | undefined;
      await told('offer-created', async () => {
        const input = { conversationId: other, recipientId: ana.id, title: 'Loaf', terms: 'Soon' };
        made = (await api.offers.create.mutate({ ...input, amount: 5, currency: 'EUR' })).offer;
      });
      return made?.id ?? '';
    })();
    await told(
      'offer-accepted',
      () => ana.http.offers.update.mutate({ conversationId: other, offerId: offered, status: 'accepted' }),
      0,
    );
    const write = (isTyping: boolean) => api.typing.set.mutate({ conversationId: other, isTyping });
    await told('typing', () => write(true), 2);
    // It would end by itself while one client is there and the other on its way.
    await told('typing', () => write(false), 2);
    await told('read', () => ana.http.receipts.read.mutate({ conversationId, upToSeq: 1 }), 3);

    // The other types that are told once.
    const visit = { userId: cem.id, username: cem.username, conversationId: other };
    const mark = { userId: cem.id, conversationId: other, seq: 1 };
    const at = new Date(0);
    const announce: typeof parley.broadcastToConversation = (...told) =>
      parley.broadcastToConversation(...told);
    await told('user-joined', () => announce(other, 'user-joined', visit));
    await told('user-left', () => announce(other, 'user-left', visit));
    await told('delivered', () => announce(other, 'delivered', { ...mark, deliveredAt: at }));
    await told('read', () => announce(other, 'read', { ...mark, readAt: at }));
    const presence = { userId: cem.id, online: false };
    for (const lastSeenAt of [null, at]) {
      await told('presence', () => announce(other, 'presence', { ...presence, lastSeenAt }));
      await told('presence', () => parley.sendToUser(ana.id, 'presence', { ...presence, lastSeenAt }));
    }
    await told('noticed', () =>
      parley.broadcastToConversation(other, 'noticed', { at: new Date(0), text: '"},"meta":{' }),
    );

    // Not there for a while: what follows is replayed, and then it is live again.
    const back = recorders.map((recorder) => recorder.cut());
    for (const content of ['three', 'four']) await say(content);
    for (const open of back) open();
    await told('message', () => undefined, 0);
    await greeted(3);
    await told('message', () => say('five'), 2);
    await expect.poll(() => direct.count(/"content":"(three|four|five)"/)).toBe(9);

    // One of two subscriptions of a room ends while it waits, and the other with its person's removal.
    const stopped = /"type":"stopped"/;
    const before = direct.count(stopped);
    for (const [, one] of watches) one?.unsubscribe();
    for (const recorder of recorders)
      await expect.poll(() => recorder.count(stopped), { timeout: 20_000 }).toBe(before + 1);
    await told('message', () => say('six'));
    await told('message', () => say('seven', other));
    await told('conversation-removed', () =>
      api.conversations.removeMember.mutate({ conversationId, userId: ana.id }),
    );
    await Promise.all(
      recorders.map((recorder) => expect.poll(() => recorder.count(/"not_a_participant"/)).toBe(1)),
    );
    await say('eight');
    await told('message', () => say('nine', other));
    expect(direct.count(/"content":"eight"/)).toBe(0);
    expect([...stock.texts.values()].flat().join('')).not.toContain(VERSION);
    await same();
    await Promise.all(recorders.map((recorder) => recorder.close()));
  }, 180_000);

  it('is sent the same bytes as by it over several pages of the log, and what is not as it was told to others among it', async () => {
    const { url } = server;
    const api = ben.http;
    const { id: conversationId } = await api.conversations.create.mutate({
      participantIds: [cem.id],
      title: 'Long',
    });
    const say = (content: string) => api.messages.send.mutate({ conversationId, content });
    const many = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, index) => say(`${index} ü 😀`)));
    const { message: old } = await say('old');
    await api.conversations.addMembers.mutate({ conversationId, userIds: [ana.id] });
    const recorders = ([undefined, '2.0'] as const).map(
      (speaks) => new Recorder({ url, tokens: () => ana.session.accessToken, speaks }),
    );
    const [direct, stock] = recorders as [Recorder, Recorder];
    for (const recorder of recorders) {
      recorder.watcher = ana.username;
      recorder.client.conversations.events.subscribe({ conversationId }, { onError: () => undefined });
      recorder.client.inbox.events.subscribe({}, { onError: () => undefined });
    }
    const told = async (type: string, values: number) => {
      const matches = new RegExp(`"data":\\{"type":"${type}"`);
      for (const recorder of recorders)
        await expect.poll(() => recorder.count(matches), { message: type, timeout: 20_000 }).toBe(values);
    };
    await told('joined', 1);
    await told('connected', 1);
    const back = recorders.map((recorder) => recorder.cut());
    await many(150);
    await api.messages.edit.mutate({ messageId: old.id, content: 'not for ana' });
    await many(200);
    const { message } = await say('new');
    await api.messages.edit.mutate({ messageId: message.id, content: 'newer' });
    await many(100);
    for (const open of back) open();
    await told('joined', 2);
    await told('message', 451);
    await told('new-message', 451);
    await say('live');
    await told('message', 452);
    await told('new-message', 452);
    await expect.poll(() => direct.texts, { timeout: 20_000 }).toEqual(stock.texts);
    expect(JSON.stringify([...direct.texts])).not.toContain('not for ana');
    await Promise.all(recorders.map((recorder) => recorder.close()));
  }, 180_000);
});
