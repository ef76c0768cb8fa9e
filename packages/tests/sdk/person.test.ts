// Who is signed in: what belongs to one person is never seen, or sent, in the name of another.
import { createParleyClient, isParleyError } from '@parley/client';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { clientOf, withTalkers } from './testing/talkers.ts';

describe('a person', () => {
  const stage = withTalkers(['ana', 'ben', 'eve']);

  it('leaves nothing behind on signing out, and finds their own when another signs in', async () => {
    const { id } = await stage.ana.client.inbox.create({
      participantIds: [stage.ben.id],
      subject: 'private',
    });
    await stage.ana.client.conversation(id).send('for two');
    const shared = (await stage.ana.client.inbox.create({ participantIds: [stage.eve.id] })).id;

    const client = clientOf(stage.server.url, stage.ben.session);
    const room = client.conversation(id);
    const ends = [room.subscribe(() => undefined), client.inbox.subscribe(() => undefined)];
    await Promise.all([room.load(), client.inbox.load()]);
    expect(client.inbox.conversations[0]).toMatchObject({ id, unreadCount: 1 });
    const seen: unknown[] = [];
    client.session.subscribe(() => {
      if (client.session.getSnapshot()?.user.id !== stage.ben.id)
        seen.push(...room.messages, ...client.inbox.conversations);
    });

    await client.signIn(stage.eve.session);
    expect(room.messages).toEqual([]);
    await expect.poll(() => client.inbox.conversations.map((one) => one.id)).toEqual([shared]);
    await expect.poll(() => room.status).toBe('failed');
    expect(isParleyError(room.getSnapshot().error, 'not_a_participant')).toBe(true);

    await client.signOut();
    expect(client.inbox.getSnapshot()).toMatchObject({ status: 'failed', conversations: [] });
    expect(client.connection.state).toBe('idle');
    expect(seen).toEqual([]);
    await expect(room.send('as nobody')).rejects.toSatisfy((error) =>
      isParleyError(error, 'unauthenticated'),
    );
    for (const end of ends) end();
    await client.close();
  });

  it('is known by their token, where the application gives it', async () => {
    const { id } = await stage.ana.client.inbox.create({ participantIds: [stage.ben.id], subject: 'tokens' });
    const client = createParleyClient({
      url: stage.server.url,
      WebSocket,
      getAccessToken: () => stage.ben.session.accessToken,
    });
    const room = client.conversation(id);
    await room.load();
    const message = await room.send('mine');
    expect(room.messages).toMatchObject([{ id: message.id, isMine: true, userId: stage.ben.id }]);
    await client.close();
  });

  it('goes on with all that is watched when the application has a token again', async () => {
    const { id } = await stage.ana.client.inbox.create({
      participantIds: [stage.ben.id],
      subject: 'late token',
    });
    let token: string | null = null;
    const client = createParleyClient({ url: stage.server.url, WebSocket, getAccessToken: () => token });
    const end = client.inbox.subscribe(() => undefined);
    await expect.poll(() => client.inbox.status).toBe('failed');
    expect(isParleyError(client.inbox.getSnapshot().error, 'unauthenticated')).toBe(true);
    token = stage.ben.session.accessToken;
    await client.conversation(id).load();
    await expect.poll(() => client.inbox.status).toBe('ready');
    end();
    await client.close();
  });

  it('registers, and signs out everywhere', async () => {
    const client = createParleyClient({ url: stage.server.url, WebSocket });
    const name = `zoe-${process.pid}`;
    const account = { email: `${name}@parley.test`, username: name, password: 'correct horse battery' };
    const session = await client.register(account);
    expect(client.session.getSnapshot()?.user.username).toBe(name);
    const other = clientOf(stage.server.url, session);
    await other.inbox.load();
    await client.signOut({ everywhere: true });
    expect(client.session.getSnapshot()).toBeNull();
    await expect.poll(() => other.session.getSnapshot()).toBeNull();
    expect(other.inbox.status).toBe('failed');
    await client.close();
    await other.close();
  });
});
