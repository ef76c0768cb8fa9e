import { expect, it } from 'vitest';

import { sendMessage } from '../messages/messages.ts';
import { describeStage } from '../testing/describe-stage.ts';
import { createConversation, getConversation, listConversations } from './conversations.ts';

describeStage('conversations', (stage, database) => {
  it('between two people and about one subject exist once, whoever opens them and however often', async () => {
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const opened = await Promise.all([
      createConversation(stage.services, ana, { participantIds: [ben.id] }),
      createConversation(stage.services, ben, { participantIds: [ana.id] }),
      createConversation(stage.services, ben, { participantIds: [ana.id, ben.id] }),
    ]);
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    expect(opened[0]).toMatchObject({ kind: 'direct', title: null, headSeq: 0 });
    const about = await createConversation(stage.services, ana, {
      participantIds: [ben.id],
      subject: 'bike',
    });
    expect(about.id).not.toBe(opened[0]?.id);
    const titled = await createConversation(stage.services, ana, { participantIds: [ben.id], title: 'Two' });
    expect(titled).toMatchObject({ kind: 'group', title: 'Two' });
  });

  it('of a group are made anew, and once for each clientId', async () => {
    const [ana, ben, cem] = [await stage.person('ana'), await stage.person('ben'), await stage.person('cem')];
    const make = (clientId?: string) =>
      createConversation(stage.services, ana, { participantIds: [ben.id, cem.id], title: 'Trip', clientId });
    const [one, two] = [await make(), await make()];
    expect(one.id).not.toBe(two.id);
    const retried = await Promise.all([make('c1'), make('c1'), make('c1')]);
    expect(new Set(retried.map(({ id }) => id)).size).toBe(1);
    expect(one.participants.map(({ user, role }) => [user.id, role])).toEqual([
      [ana.id, 'owner'],
      [ben.id, 'member'],
      [cem.id, 'member'],
    ]);
  });

  it('are the first ones again for a clientId, whatever else is asked for or has happened since', async () => {
    const [ana, ben, cem] = [await stage.person('ana'), await stage.person('ben'), await stage.person('cem')];
    const make = (other: typeof ben, clientId?: string) =>
      createConversation(stage.services, ana, { participantIds: [other.id], clientId });
    const [first, other] = [await make(ben, 'k'), await make(cem)];
    expect((await make(cem, 'k')).id).toBe(first.id);
    expect((await make(cem, 'l')).id).toBe(other.id);
    await database.prisma.user.update({ where: { id: ben.id }, data: { disabledAt: new Date() } });
    expect((await make(ben, 'k')).id).toBe(first.id);
  });

  it('tell the inbox of each participant that they were added, live and replayed alike', async () => {
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const live = stage.inbox(ben);
    await live.next('connected');
    const { id, createdAt } = await createConversation(stage.services, ana, {
      participantIds: [ben.id],
      subject: 'bike',
    });
    const added = await live.next('conversation-added');
    expect(added.event.payload).toEqual({
      conversationId: id,
      kind: 'direct',
      title: null,
      subject: 'bike',
      addedBy: ana.id,
      addedAt: createdAt,
    });
    expect(await stage.inbox(ben, '0').next('conversation-added')).toEqual(added);
  });

  it('are refused without someone else, with someone unknown, disabled, or with too many', async () => {
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const make = (participantIds: string[]) => createConversation(stage.services, ana, { participantIds });
    await expect(make([ana.id])).rejects.toMatchObject({ reason: 'invalid_input' });
    await expect(make(['nobody'])).rejects.toMatchObject({ reason: 'user_not_found' });
    await expect(make(Array.from({ length: 250 }, (_, index) => `p${index}`))).rejects.toMatchObject({
      reason: 'too_many_participants',
    });
    await database.prisma.user.update({ where: { id: ben.id }, data: { disabledAt: new Date() } });
    await expect(make([ben.id])).rejects.toMatchObject({ reason: 'user_not_found' });
    expect(await database.prisma.conversation.count()).toBe(0);
  });

  it('do not exist for outsiders', async () => {
    const [ana, ben, eve] = [await stage.person('ana'), await stage.person('ben'), await stage.person('eve')];
    const { id } = await createConversation(stage.services, ana, { participantIds: [ben.id] });
    const refusal = { code: 'NOT_FOUND', reason: 'not_a_participant' };
    await expect(getConversation(stage.services, eve, { conversationId: id })).rejects.toMatchObject(refusal);
    await expect(getConversation(stage.services, eve, { conversationId: 'none' })).rejects.toMatchObject(
      refusal,
    );
    expect(await stage.room(eve, id).ended).toMatchObject(refusal);
    expect(await listConversations(stage.services, eve, { limit: 10 })).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it('are listed by newest activity, in pages, with their last message', async () => {
    const ana = await stage.person('ana');
    const talks: string[] = [];
    for (const name of ['ben', 'cem', 'dan']) {
      const other = await stage.person(name);
      talks.push((await createConversation(stage.services, ana, { participantIds: [other.id] })).id);
    }
    const [first = ''] = talks;
    await sendMessage(stage.services, ana, { conversationId: first, content: 'newest', attachments: [] });
    const page = await listConversations(stage.services, ana, { limit: 2 });
    expect(page.items.map(({ id }) => id)).toEqual([first, talks[2]]);
    expect(page.items.map(({ lastMessage }) => lastMessage?.content)).toEqual(['newest', undefined]);
    const rest = await listConversations(stage.services, ana, { limit: 2, cursor: page.nextCursor ?? '' });
    expect(rest.items.map(({ id }) => id)).toEqual([talks[1]]);
    expect(rest.nextCursor).toBeNull();
  });

  it('show one who joined later nothing of what was before', async () => {
    const [ana, ben, cem] = [await stage.person('ana'), await stage.person('ben'), await stage.person('cem')];
    const { id } = await createConversation(stage.services, ana, { participantIds: [ben.id], title: 'Trip' });
    const say = (content: string) =>
      sendMessage(stage.services, ana, { conversationId: id, content, attachments: [] });
    await say('before');
    await database.prisma.participant.create({
      data: { conversationId: id, userId: cem.id, joinedAt: new Date(), joinedSeq: 1 },
    });
    expect((await listConversations(stage.services, cem, { limit: 10 })).items[0]?.lastMessage).toBeNull();
    await say('after');
    const room = stage.room(cem, id, '0');
    expect((await room.next('message')).event.payload).toMatchObject({ content: 'after', seq: 2 });
  });
});
