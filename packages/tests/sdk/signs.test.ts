// Who is there, who is writing, what was delivered: told by themselves, and seldom.
import type { ParleyClient } from '@parley/client';
import { afterEach, describe, expect, it } from 'vitest';

import { clientOf, withTalkers } from './testing/talkers.ts';
import { Tap } from './testing/tapped-socket.ts';

describe('a sign', () => {
  const stage = withTalkers(['ana', 'ben'], { presenceGraceMs: 50 });

  const opened: ParleyClient[] = [];
  // Whoever is left online would be so for the next test too.
  afterEach(async () => {
    for (const client of opened.splice(0)) await client.close();
  });

  const open = async (subject: string) => {
    const { id } = await stage.ana.client.inbox.create({ participantIds: [stage.ben.id], subject });
    const tap = new Tap();
    const client = clientOf(stage.server.url, stage.ben.session, { WebSocket: tap.WebSocket });
    opened.push(client);
    return { id, tap, client, hers: stage.ana.client.conversation(id), his: client.conversation(id) };
  };

  it('says once that many messages were delivered, and only by whom they were not sent', async () => {
    const { tap, client, hers, his } = await open('delivered');
    const ends = [hers, his, client.inbox].map((live) => live.subscribe(() => undefined));
    await Promise.all([hers.load(), his.load(), client.inbox.load()]);
    const before = tap.of('receipts.delivered');
    const began = Date.now();
    for (let n = 0; n < 10; n += 1) await hers.send(`${n}`);
    await his.send('mine');
    await expect.poll(() => hers.messages[9]?.delivery).toBe('delivered');
    // One a second, however long a busy machine takes for the ten.
    const seconds = Math.ceil((Date.now() - began) / 1_000);
    expect(tap.of('receipts.delivered') - before).toBeLessThanOrEqual(Math.max(2, seconds));
    for (const end of ends) end();
  });

  it('says so of what was there before the room was opened, and of what only the inbox tells', async () => {
    const { client, hers, his } = await open('before');
    const ends = [hers.subscribe(() => undefined)];
    await hers.load();
    await hers.send('early');
    ends.push(client.inbox.subscribe(() => undefined));
    await expect.poll(() => hers.messages[0]?.delivery).toBe('delivered');
    await hers.send('later');
    await expect.poll(() => hers.messages[1]?.delivery).toBe('delivered');
    expect(his.messages).toEqual([]);
    for (const end of ends) end();
  });

  it('moves the read mark forward only, and many moves are one call', async () => {
    const { tap, hers, his } = await open('read');
    const ends = [hers, his].map((live) => live.subscribe(() => undefined));
    await Promise.all([hers.load(), his.load()]);
    for (const content of ['one', 'two', 'three']) await hers.send(content);
    await expect.poll(() => his.messages.length).toBe(3);
    const seqs = his.messages.map(({ seq }) => seq!);
    await Promise.all([his.read(seqs[0]), his.read(), his.read(seqs[1])]);
    expect(tap.of('receipts.read')).toBe(1);
    await expect.poll(() => hers.messages.map(({ delivery }) => delivery)).toEqual(['read', 'read', 'read']);
    for (const end of ends) end();
  });

  it('tells the first keystroke and none of those that follow, and ends by itself', async () => {
    const { tap, hers, his } = await open('typing');
    const ends = [hers, his].map((live) => live.subscribe(() => undefined));
    await Promise.all([hers.load(), his.load()]);
    for (let n = 0; n < 20; n += 1) his.typing();
    await expect.poll(() => hers.getSnapshot().typing.length).toBe(1);
    expect(tap.of('typing.set')).toBe(1);
    await expect.poll(() => hers.getSnapshot().typing.length).toBe(0);
    expect(tap.of('typing.set')).toBe(2);
    for (const end of ends) end();
  });

  it('tells who is there, of many at once, with one question', async () => {
    const { tap, client } = await open('presence');
    const views = [1, 2, 3].map(() => stage.ana.client.presence([stage.ben.id, 'stranger']));
    const ends = views.map((view) => view.subscribe(() => undefined));
    const isOnline = () => views.map((view) => view.getSnapshot().presence.get(stage.ben.id)?.online);
    await expect.poll(() => views[0]?.getSnapshot().status).toBe('ready');
    expect(views[0]?.getSnapshot().presence.has('stranger')).toBe(false);
    const end = client.presence([stage.ana.id]).subscribe(() => undefined);
    await expect.poll(isOnline).toEqual([true, true, true]);
    await expect.poll(() => tap.of('presence.get')).toBe(1);
    end();
    await client.close();
    await expect.poll(isOnline).toEqual([false, false, false]);
    for (const end of ends) end();
  });
});
