// A group that one leaves, is taken out of and is taken into again, as the SDK shows it.
import { isParleyError } from '@parley/client';
import { describe, expect, it } from 'vitest';

import { clientOf, withTalkers } from './testing/talkers.ts';

describe('a member', () => {
  const stage = withTalkers(['ana', 'ben', 'eve']);

  const group = async (title: string) => {
    const { id } = await stage.ana.client.inbox.create({
      participantIds: [stage.ben.id, stage.eve.id],
      title,
    });
    return { id, hers: stage.ana.client.conversation(id), his: stage.ben.client.conversation(id) };
  };

  it('keeps nothing of a group that they were taken out of, and sees what follows once they are back', async () => {
    const { id, hers, his } = await group('In and out');
    const ends = [stage.ben.client.inbox.subscribe(() => undefined), his.subscribe(() => undefined)];
    await Promise.all([stage.ben.client.inbox.load(), his.load()]);
    await hers.send('before');
    await expect.poll(() => his.messages.at(-1)?.content).toBe('before');

    await hers.removeMember(stage.ben.id);
    await expect.poll(() => his.status).toBe('failed');
    expect(isParleyError(his.getSnapshot().error, 'not_a_participant')).toBe(true);
    expect(his.messages).toEqual([]);
    await expect.poll(() => stage.ben.client.inbox.conversations.some((one) => one.id === id)).toBe(false);
    await hers.send('between');

    await hers.addMembers([stage.ben.id]);
    await expect.poll(() => his.status).toBe('ready');
    await hers.send('after');
    await expect.poll(() => his.messages.map(({ content }) => content)).toEqual(['after']);
    await expect.poll(() => stage.ben.client.inbox.conversations[0]?.id).toBe(id);
    for (const end of ends) end();
  });

  it('finds a group again that they were taken out of while nobody watched it', async () => {
    const { hers, his } = await group('Unwatched');
    const end = stage.ben.client.inbox.subscribe(() => undefined);
    await Promise.all([stage.ben.client.inbox.load(), his.load()]);
    await hers.send('before');
    await expect.poll(() => his.messages.at(-1)?.content).toBe('before');
    await hers.removeMember(stage.ben.id);
    await expect.poll(() => his.messages).toEqual([]);
    await hers.addMembers([stage.ben.id]);
    await hers.send('after');
    const view = await his.load();
    await expect.poll(() => his.messages.map(({ content }) => content)).toEqual(['after']);
    expect(view.participants).toHaveLength(3);
    end();
  });

  it('keeps nothing of a group though their inbox is not followed', async () => {
    const { id, hers } = await group('No inbox');
    // That of the tests before is followed for a while yet.
    const client = clientOf(stage.server.url, stage.ben.session);
    const his = client.conversation(id);
    const end = his.subscribe(() => undefined);
    await his.load();
    await hers.send('before');
    await expect.poll(() => his.messages.at(-1)?.content).toBe('before');
    await hers.removeMember(stage.ben.id);
    await expect.poll(() => his.status).toBe('failed');
    expect(his.getSnapshot()).toMatchObject({ conversation: null, participants: [], messages: [] });
    end();
    await client.close();
  });

  it('is renamed, promoted and gone before everyone’s eyes', async () => {
    const { id, hers, his } = await group('Old name');
    const ends = [hers.subscribe(() => undefined), his.subscribe(() => undefined)];
    await Promise.all([hers.load(), his.load()]);
    await hers.rename('New name');
    await expect.poll(() => his.getSnapshot().conversation?.title).toBe('New name');
    await hers.setRole(stage.ben.id, 'owner');
    await expect.poll(() => his.participants.find(({ isMe }) => isMe)?.role).toBe('owner');
    await expect(his.rename('x'.repeat(300))).rejects.toSatisfy((error) =>
      isParleyError(error, 'invalid_input'),
    );
    await stage.eve.client.conversation(id).leave();
    await expect
      .poll(() => his.participants.map(({ user }) => user.id).toSorted())
      .toEqual([stage.ana.id, stage.ben.id].toSorted());
    for (const end of ends) end();
  });
});
