// A host application: its own procedures and events, beside those of Parley.
import { createParley, Refusal, StartupError } from '@parley/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { silent } from './core/testing/databases.ts';
import { oneDatabase } from './core/testing/one-database.ts';
import { openEdge, SECRET, until } from './http/testing/edge.ts';

declare module '@parley/server' {
  interface HostRoomEvents {
    'listing-sold': { listingId: string; at: Date };
  }
  interface HostInboxEvents {
    'balance-changed': { cents: bigint };
  }
}

const database = oneDatabase();

const options = () => ({ database, jwtSecret: SECRET, log: silent, edgeLimits: { leaveMs: 0, idleMs: 0 } });

describe("a host's procedures", () => {
  it('stand beside those of Parley, with its caller and its refusals', async () => {
    await using edge = await openEdge(database, {
      extend: ({ authed, open }) => ({
        listings: {
          mine: authed.output(z.string()).query(({ ctx }) => `the listings of ${ctx.caller.username}`),
          hidden: open.query(() => {
            throw new Refusal('not_found', { message: 'There is no such listing' });
          }),
        },
      }),
    });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    expect((await peer.call('query', 'listings.mine')).result?.data?.json).toBe('the listings of ana');
    expect((await peer.call('query', 'listings.hidden')).error?.json.message).toBe(
      'There is no such listing',
    );
  });

  it('cannot replace one of Parley', async () => {
    const extended = createParley({
      ...options(),
      extend: ({ open }) => ({ messages: { send: open.query(() => 1) } }),
    });
    await expect(extended).rejects.toThrow('messages');
  });
});

describe("a host's events", () => {
  it('reach whoever has the conversation open, or follows their inbox', async () => {
    await using edge = await openEdge(database);
    const { parley } = edge;
    const [ana, ben, eve] = [await edge.person('ana'), await edge.person('ben'), await edge.person('eve')];
    const conversationId = await edge.conversation(ana, ben);
    await using hers = await edge.peer(ana);
    await using his = await edge.peer(ben);
    await using other = await edge.peer(eve);
    const room = hers.start('subscription', 'conversations.events', { conversationId });
    const inbox = his.start('subscription', 'inbox.events');
    const elsewhere = other.start('subscription', 'inbox.events');
    await Promise.all([
      hers.event(room, 'joined'),
      his.event(inbox, 'connected'),
      other.event(elsewhere, 'connected'),
    ]);

    const at = new Date();
    parley.broadcastToConversation(conversationId, 'listing-sold', { listingId: 'l1', at });
    expect((await hers.event(room, 'listing-sold')).payload).toEqual({ listingId: 'l1', at: at.toJSON() });
    parley.sendToUser(ben.id, 'balance-changed', { cents: 5n });
    expect((await his.event(inbox, 'balance-changed')).payload).toEqual({ cents: '5' });
    parley.broadcastToConversation(conversationId, 'typing', {
      userId: 'bot',
      username: 'Bot',
      conversationId,
      isTyping: true,
    });
    expect((await hers.event(room, 'typing')).payload).toMatchObject({ username: 'Bot' });
    expect(other.frames.filter(({ id, result }) => id === elsewhere && result?.type === 'data')).toHaveLength(
      1,
    );

    expect(await parley.isUserOnline(ana.id)).toBe(true);
    expect((await parley.getActiveUsers()).toSorted()).toEqual([ana.id, ben.id, eve.id].toSorted());
    other.socket.terminate();
    await until(async () => !(await parley.isUserOnline(eve.id)));
  });

  it('are of the catalogue or its own, and never durable', async () => {
    await using parley = await createParley(options());
    // @ts-expect-error the payload lacks a field
    expect(() => parley.broadcastToConversation('c', 'typing', { userId: 'u' })).toThrow(/username/);
    // @ts-expect-error a message is sent, not broadcast
    expect(() => parley.broadcastToConversation('c', 'message', {})).toThrow(TypeError);
    // @ts-expect-error an inbox entry is written by what it tells of
    expect(() => parley.sendToUser('u', 'new-message', {})).toThrow(TypeError);
    expect(() =>
      parley.broadcastToConversation('', 'listing-sold', { listingId: 'l', at: new Date() }),
    ).toThrow('>=1 characters');
    // @ts-expect-error nobody has no id
    expect(() => parley.sendToUser(undefined, 'balance-changed', { cents: 5n })).toThrow('expected string');
    // @ts-expect-error no type
    expect(() => parley.sendToUser('u', undefined, {})).toThrow(TypeError);
    // @ts-expect-error no such event
    parley.broadcastToConversation('c', 'no-such-event', {});
    // @ts-expect-error the payload has another type
    parley.broadcastToConversation('c', 'listing-sold', { listingId: 5, at: new Date() });
  });
});

describe('a server that cannot start', () => {
  it('says why in one line', async () => {
    await expect(createParley({ ...options(), jwtPublicKey: 'nonsense' })).rejects.toThrow(StartupError);
    await expect(createParley({ databaseUrl: 'mysql://x' })).rejects.toThrow(/^DATABASE_URL/);
    const gone = createParley({
      jwtSecret: SECRET,
      log: silent,
      databaseUrl: 'postgresql://nobody@127.0.0.1:1/none',
    });
    await expect(gone).rejects.toThrow(StartupError);
  });
});
