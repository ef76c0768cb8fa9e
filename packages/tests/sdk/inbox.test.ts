// The list of one's conversations, after having been away.
import { describe, expect, it } from 'vitest';

import { Proxy } from '../harness/proxy.ts';
import { clientOf, talker, withTalkers } from './testing/talkers.ts';
import { Tap } from './testing/tapped-socket.ts';

describe('an inbox', () => {
  const stage = withTalkers(['ana', 'ben']);

  it('counts what is unread as it is now, not as it was when each message came', async () => {
    await using proxy = await Proxy.open(() => [Number(new URL(stage.server.url).port)]);
    const ids: string[] = [];
    for (const subject of ['read elsewhere', 'unread', 'new']) {
      const { id } = await stage.ana.client.inbox.create({ participantIds: [stage.ben.id], subject });
      ids.push(id);
    }
    const [read, unread] = ids as [string, string];
    const client = clientOf(`http://127.0.0.1:${proxy.port}`, stage.ben.session);
    const end = client.inbox.subscribe(() => undefined);
    await client.inbox.load();
    const count = (id: string) => client.inbox.conversations.find((one) => one.id === id)?.unreadCount;

    proxy.weather = { refusing: true };
    proxy.cut();
    for (const id of [read, unread])
      for (const n of ['1', '2', '3']) await stage.ana.client.conversation(id).send(n);
    await stage.ben.client.conversation(read).read(3);
    await stage.ben.client.conversation(unread).read(2);
    const added = (await stage.ana.client.inbox.create({ participantIds: [stage.ben.id], title: 'Added' }))
      .id;
    await stage.ana.client.conversation(added).send('hello');
    proxy.weather = {};
    client.connection.retry();
    await expect.poll(() => client.inbox.conversations[0]?.id).toBe(added);
    expect([count(read), count(unread), count(added)]).toEqual([0, 1, 1]);
    expect(client.inbox.unread).toEqual({ messages: 2, conversations: 2 });
    expect(client.inbox.unread).toEqual(await client.trpc.inbox.unread.query());
    end();
    await client.close();
  });

  it('asks for the list less often than it hears of conversations that it does not know', async () => {
    const tap = new Tap();
    let told = 0;
    tap.passes = ({ result }) => {
      if (result?.data?.json?.data?.type === 'conversation-added') told += 1;
      return 1;
    };
    const held: (() => void)[] = [];
    let isHolding = false;
    class Holding extends tap.WebSocket {
      override send(frame: string): void {
        if (isHolding && frame.includes('conversations.list')) held.push(() => super.send(frame));
        else super.send(frame);
      }
    }
    await using eve = await talker(stage.server, 'eve', { WebSocket: Holding });
    const end = eve.client.inbox.subscribe(() => undefined);
    await eve.client.inbox.load();
    // The list takes longer than all of them: else it may have come before the next one is told.
    isHolding = true;
    const made = Array.from({ length: 12 }, (_, n) =>
      stage.ana.client.inbox.create({ participantIds: [eve.id], subject: `many ${n}` }),
    );
    await Promise.all(made);
    await expect.poll(() => [told, held.length]).toEqual([12, 1]);
    isHolding = false;
    for (const release of held) release();
    await expect.poll(() => eve.client.inbox.conversations.length).toBe(12);
    expect(tap.of('conversations.list')).toBe(2);
    end();
  });

  it('loads later pages as they are asked for', async () => {
    await using zoe = await talker(stage.server, 'zoe');
    for (let n = 0; n < 55; n += 1)
      await stage.ana.client.inbox.create({ participantIds: [zoe.id], subject: `page ${n}` });
    const end = zoe.client.inbox.subscribe(() => undefined);
    const { more } = await zoe.client.inbox.load();
    expect(more).toEqual({ hasMore: true, isLoading: false, error: null });
    await zoe.client.inbox.loadMore();
    expect(zoe.client.inbox.conversations).toHaveLength(55);
    expect(zoe.client.inbox.getSnapshot().more.hasMore).toBe(false);
    end();
  });
});
