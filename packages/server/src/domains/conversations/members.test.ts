import type { Role } from '@parley/contract';
import { LIMITS } from '@parley/contract/schemas';
import { expect, it } from 'vitest';

import type { Caller } from '../../core/caller.ts';
import { roomTopic } from '../../core/topics.ts';
import { listMessages, sendMessage } from '../messages/messages.ts';
import { markRead } from '../receipts/receipts.ts';
import { describeStage } from '../testing/describe-stage.ts';
import { createConversation, getConversation, listConversations } from './conversations.ts';
import { addMembers, leaveConversation, removeMember, renameConversation, setRole } from './members.ts';

describeStage('members of a group', (stage, database) => {
  /** Ana owns a group with Ben in it; Cem and Dan are not. */
  async function group() {
    const people = await Promise.all(['ana', 'ben', 'cem', 'dan'].map((name) => stage.person(name)));
    const [ana, ben, cem, dan] = people as [Caller, Caller, Caller, Caller];
    const { services } = stage;
    const { id: conversationId } = await createConversation(services, ana, {
      participantIds: [ben.id],
      title: 'Trip',
      subject: 'lake',
    });
    const of = (person: Caller) => ({ conversationId, userId: person.id });
    return {
      ...{ ana, ben, cem, dan, conversationId },
      add: (by: Caller, ...others: Caller[]) =>
        addMembers(services, by, { conversationId, userIds: others.map(({ id }) => id) }),
      remove: (by: Caller, other: Caller) => removeMember(services, by, of(other)),
      leave: (who: Caller) => leaveConversation(services, who, { conversationId }),
      rename: (by: Caller, title: string) => renameConversation(services, by, { conversationId, title }),
      make: (by: Caller, other: Caller, role: Role) => setRole(services, by, { ...of(other), role }),
      say: (who: Caller, content: string) =>
        sendMessage(services, who, { conversationId, content, attachments: [] }),
      roles: async () =>
        Object.fromEntries(
          (await getConversation(services, ana, { conversationId })).participants.map((one) => [
            one.user.username.replace(/-.*/, ''),
            one.role,
          ]),
        ),
      head: async () =>
        (await services.eventLog.heads([roomTopic(conversationId)])).get(roomTopic(conversationId)),
    };
  }

  const refused = (reason: string): unknown => expect.objectContaining({ reason });

  it('see what is written from the moment they are added, their own addition first', async () => {
    const { ana, cem, conversationId, add, say } = await group();
    await say(ana, 'before');
    const inbox = stage.inbox(cem);
    await inbox.next('connected');
    const shown = await add(ana, cem);
    await say(ana, 'after');
    expect(shown.participants.map(({ user, role }) => [user.id, role]).at(-1)).toEqual([cem.id, 'member']);
    expect((await inbox.next('conversation-added')).event.payload).toMatchObject({
      conversationId,
      kind: 'group',
      title: 'Trip',
      subject: 'lake',
      addedBy: ana.id,
    });
    expect((await inbox.next('new-message')).event.payload).toMatchObject({ unreadCount: 1 });
    const room = stage.room(cem, conversationId, '0');
    await room.next('message');
    expect(room.types()).toEqual(['joined', 'member-added', 'message']);
    expect(room.seen[1]).toMatchObject({ id: '2', event: { payload: { userId: cem.id, role: 'member' } } });
    const page = { conversationId, limit: 10, direction: 'older' as const };
    expect((await listMessages(stage.services, cem, page)).items.map(({ content }) => content)).toEqual([
      'after',
    ]);
    const [listed] = (await listConversations(stage.services, cem, { limit: 10 })).items;
    expect(listed).toMatchObject({ id: conversationId, unreadCount: 1, lastMessage: { content: 'after' } });
  });

  it('lose the group at once when they are removed, and all that they had of it', async () => {
    const { ana, ben, conversationId, remove, say } = await group();
    await say(ana, 'one');
    await markRead(stage.services, ben, { conversationId });
    const [room, inbox, others] = [
      stage.room(ben, conversationId),
      stage.inbox(ben),
      stage.room(ana, conversationId),
    ];
    await Promise.all([room.next('joined'), inbox.next('connected'), others.next('joined')]);
    stage.services.typing.set({ conversationId, person: ben, isTyping: true });
    await remove(ana, ben);
    await say(ana, 'two');
    expect(await room.ended).toMatchObject({ reason: 'not_a_participant', code: 'NOT_FOUND' });
    expect(room.types()).not.toContain('member-removed');
    expect(room.types()).not.toContain('message');
    expect((await inbox.next('conversation-removed')).event.payload).toMatchObject({
      conversationId,
      removedBy: ana.id,
    });
    await others.next('message');
    expect((await others.next('member-removed')).event.payload).toMatchObject({ userId: ben.id });
    await others.next('user-left');
    expect(stage.services.typing.in(conversationId).size).toBe(0);
    const gone = refused('not_a_participant');
    await expect(getConversation(stage.services, ben, { conversationId })).rejects.toEqual(gone);
    await expect(say(ben, 'x')).rejects.toEqual(gone);
    expect(await stage.room(ben, conversationId, '1').ended).toEqual(gone);
    expect((await listConversations(stage.services, ben, { limit: 10 })).items).toEqual([]);
    expect(await database.prisma.participant.count({ where: { userId: ben.id } })).toBe(0);
  });

  it('begin anew when they are added again', async () => {
    const { ana, ben, conversationId, add, remove, make, say } = await group();
    await make(ana, ben, 'admin');
    await say(ana, 'one');
    await markRead(stage.services, ben, { conversationId });
    await remove(ana, ben);
    await say(ana, 'two');
    await add(ana, ben);
    await say(ana, 'three');
    const room = stage.room(ben, conversationId, '2');
    const { event } = await room.next('message');
    expect(event.payload).toMatchObject({ content: 'three' });
    expect(room.types()).toEqual(['joined', 'member-added', 'message']);
    const membership = await database.prisma.participant.findFirstOrThrow({ where: { userId: ben.id } });
    expect(membership).toMatchObject({
      role: 'member',
      joinedSeq: 4n,
      readSeq: 4n,
      readAt: null,
      unreadCount: 1,
    });
  });

  it('are added by owners and admins, removed by owners, and by admins if they are members', async () => {
    const { ana, ben, cem, dan, add, remove, make, roles } = await group();
    await expect(add(ben, cem)).rejects.toEqual(refused('role_required'));
    await make(ana, ben, 'admin');
    await add(ben, cem, dan);
    await expect(add(cem, dan)).rejects.toEqual(refused('role_required'));
    await expect(remove(cem, dan)).rejects.toEqual(refused('role_required'));
    await remove(ben, dan);
    await make(ana, cem, 'admin');
    for (const other of [ana, cem])
      await expect(remove(ben, other)).rejects.toEqual(refused('role_required'));
    await make(ana, cem, 'owner');
    expect(await roles()).toEqual({ ana: 'owner', ben: 'admin', cem: 'owner' });
    await remove(ana, cem);
    await remove(ana, ben);
    expect(await roles()).toEqual({ ana: 'owner' });
  });

  it('leave, but for the last owner while others are there', async () => {
    const { ana, ben, cem, conversationId, add, leave, make, remove } = await group();
    const inbox = stage.inbox(ana);
    await inbox.next('connected');
    await add(ana, cem);
    await expect(leave(ana)).rejects.toEqual(refused('last_owner'));
    await expect(make(ana, ana, 'member')).rejects.toEqual(refused('last_owner'));
    await leave(cem);
    await expect(leave(cem)).rejects.toEqual(refused('not_a_participant'));
    await make(ana, ben, 'owner');
    await make(ana, ana, 'admin');
    await remove(ana, ana);
    expect((await inbox.next('conversation-removed')).event.payload).toMatchObject({ removedBy: ana.id });
    await leave(ben);
    expect(await database.prisma.participant.count({ where: { conversationId } })).toBe(0);
  });

  it('never are without an owner, whoever leaves at the same time', async () => {
    const { ana, ben, cem, conversationId, add, leave, make } = await group();
    await add(ana, cem);
    await make(ana, ben, 'owner');
    const left = await Promise.allSettled([leave(ana), leave(ben)]);
    expect(left.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await database.prisma.participant.count({ where: { conversationId, role: 'owner' } })).toBe(1);
  });

  it('see its title change, for owners and admins alone to choose', async () => {
    const { ana, ben, conversationId, make, rename } = await group();
    const room = stage.room(ben, conversationId);
    await room.next('joined');
    await expect(rename(ben, 'Mine')).rejects.toEqual(refused('role_required'));
    await make(ana, ben, 'admin');
    await rename(ben, 'Walk');
    expect((await room.next('renamed')).event.payload).toMatchObject({ title: 'Walk', renamedBy: ben.id });
    expect(await getConversation(stage.services, ana, { conversationId })).toMatchObject({ title: 'Walk' });
    await expect(make(ben, ana, 'member')).rejects.toEqual(refused('role_required'));
  });

  it('change nothing and tell nobody when it is so already', async () => {
    const { ana, ben, cem, add, remove, make, rename, head } = await group();
    await add(ana, ben, ana);
    await rename(ana, 'Trip');
    await make(ana, ben, 'member');
    await remove(ana, cem);
    expect(await head()).toBe(0);
  });

  it('are people who are there, and not too many', async () => {
    const { ana, ben, cem, conversationId, make, remove, head } = await group();
    const add = (userIds: string[]) => addMembers(stage.services, ana, { conversationId, userIds });
    const nobody = { ...cem, id: 'nobody' };
    await expect(add([cem.id, 'nobody'])).rejects.toEqual(refused('user_not_found'));
    await database.prisma.user.update({ where: { id: cem.id }, data: { disabledAt: new Date() } });
    await expect(add([cem.id])).rejects.toEqual(refused('user_not_found'));
    await expect(remove(ana, nobody)).rejects.toEqual(refused('user_not_found'));
    for (const other of [nobody, cem])
      await expect(make(ana, other, 'admin')).rejects.toEqual(refused('user_not_found'));
    const crowd = Array.from({ length: LIMITS.participants - 1 }, (_, index) => `p${index}`);
    await expect(add(crowd)).rejects.toEqual(refused('too_many_participants'));
    await database.prisma.user.createMany({
      data: crowd.map((id) => ({ id, username: id, usernameKey: id })),
    });
    await add([ben.id, ...crowd.slice(1)]);
    await expect(add(crowd.slice(0, 1))).rejects.toEqual(refused('too_many_participants'));
    expect(await head()).toBe(LIMITS.participants - 2);
  });

  it('belong to a group: two people and no title stay two', async () => {
    const { ana, ben, cem } = await group();
    const { id: conversationId } = await createConversation(stage.services, ana, {
      participantIds: [ben.id],
    });
    const of = { conversationId, userId: ben.id };
    const calls = [
      addMembers(stage.services, ana, { conversationId, userIds: [cem.id] }),
      removeMember(stage.services, ana, of),
      leaveConversation(stage.services, ana, of),
      renameConversation(stage.services, ana, { conversationId, title: 'Two' }),
      setRole(stage.services, ana, { ...of, role: 'owner' }),
    ];
    await Promise.all(calls.map((call) => expect(call).rejects.toEqual(refused('not_a_group'))));
    const outside = { conversationId, userIds: [cem.id] };
    await expect(addMembers(stage.services, cem, outside)).rejects.toEqual(refused('not_a_participant'));
  });

  it('are replayed as it was told, with no text in the log', async () => {
    const { ana, ben, cem, conversationId, add, remove, make, rename } = await group();
    const live = stage.room(ana, conversationId);
    const liveInbox = stage.inbox(cem, '0');
    await Promise.all([live.next('joined'), liveInbox.next('connected')]);
    await add(ana, cem);
    await make(ana, cem, 'admin');
    await rename(ana, 'Walk');
    await remove(ana, ben);
    await live.next('member-removed');
    const [added] = await Promise.all([liveInbox.next('conversation-added'), live.stop(), liveInbox.stop()]);
    const replayed = stage.room(ana, conversationId, '0');
    await replayed.next('member-removed');
    const types = ['member-added', 'role-changed', 'renamed', 'member-removed'];
    expect(live.types().slice(1)).toEqual(types);
    expect(replayed.seen.slice(1)).toEqual(live.seen.slice(1));
    const again = await stage.inbox(cem, '0').next('conversation-added');
    expect(again).toEqual({
      ...added,
      event: { ...added.event, payload: { ...added.event.payload, title: 'Walk' } },
    });
    const entries = await database.prisma.logEntry.findMany();
    expect(JSON.stringify(entries.map(({ refs }) => refs))).not.toMatch(/Walk|Trip|lake/);
  });
});
