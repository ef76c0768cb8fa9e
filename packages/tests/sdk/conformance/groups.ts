import type { Actor, Play, Stage } from './stage.ts';

async function aGroup(stage: Stage) {
  const ana = await stage.person('ana');
  const ben = await stage.person('ben');
  const cem = await stage.person('cem');
  const { id: conversationId } = await ana.client.conversations.create.mutate({
    participantIds: [ben.id, cem.id],
    title: 'Group',
  });
  return { ana, ben, cem, conversationId };
}

export const GROUPS: Record<string, Play> = {
  async 'conversations are made once'(stage) {
    const ana = await stage.person('ana');
    const ben = await stage.person('ben');
    const cem = await stage.person('cem');
    const inboxes = [await stage.inbox(ana), await stage.inbox(ben)] as const;
    const create = (who: Actor, others: Actor[], more: object = {}) =>
      who.client.conversations.create.mutate({ participantIds: others.map(({ id }) => id), ...more });
    await stage.told('direct', create(ana, [ben]));
    await stage.told('the same the other way round', create(ben, [ana]));
    await stage.told('about something', create(ana, [ben, ana], { subject: 'bike' }));
    await stage.told('a group of two', create(ana, [ben], { title: 'Two' }));
    await stage.told('a group', create(ana, [ben, cem], { clientId: 'g', subject: 'lake' }));
    await stage.told('the same group', create(ana, [cem], { clientId: 'g' }));
    await stage.refused('with nobody', create(ana, [ana]));
    await stage.refused(
      'with one who is not there',
      ana.client.conversations.create.mutate({ participantIds: ['x'] }),
    );
    await inboxes[1].next('conversation-added', 4);
    stage.tell('the inbox of Ana', inboxes[0]);
    stage.tell('the inbox of Ben', inboxes[1]);
  },

  async 'conversations come in pages, newest activity first'(stage) {
    const ana = await stage.person('ana');
    const ben = await stage.person('ben');
    const ids: string[] = [];
    for (const subject of ['1', '2', '3', '4', '5'])
      ids.push((await ana.client.conversations.create.mutate({ participantIds: [ben.id], subject })).id);
    await ana.client.messages.send.mutate({ conversationId: ids[1]!, content: 'x' });
    let cursor: string | undefined;
    for (let page = 1; page <= 3; page += 1) {
      const { items, nextCursor } = await ben.client.conversations.list.query({ limit: 2, cursor });
      stage.note(`page ${page}`, { items, nextCursor });
      cursor = nextCursor ?? undefined;
    }
    await stage.refused('after no cursor', ben.client.conversations.list.query({ cursor: 'x' }));
  },

  async 'people are found'(stage) {
    const ana = await stage.person('ana');
    const key = stage.nameFor('finding').toLowerCase();
    for (const name of [`${key}.b`, `${key}.a`, `${key}.C`])
      await ana.client.auth.register.mutate({
        email: `${name.toLowerCase()}@parley.test`,
        username: name,
        password: 'long enough',
        displayName: `Display ÄRGER ${name}`,
      });
    const search = (input: object) => ana.client.users.search.query({ query: key, ...input });
    const page = await stage.told('the first', search({ limit: 2 }));
    await stage.told('the rest', search({ limit: 2, cursor: page.nextCursor ?? undefined }));
    await stage.told('by display name', search({ query: `ärger ${key}.A` }));
    await stage.told('oneself', search({ query: ana.username }));
    await stage.told('nothing', search({ query: '  ' }));
    await stage.told('wildcards', search({ query: '%_' }));
    await stage.refused('after no cursor', search({ cursor: 'x' }));
  },

  async 'what each role may do'(stage) {
    for (const role of ['owner', 'admin', 'member'] as const) {
      const { ana, ben, cem, conversationId } = await aGroup(stage);
      const { conversations } = ben.client;
      const dan = await stage.person('dan');
      if (role !== 'member')
        await ana.client.conversations.setRole.mutate({ conversationId, userId: ben.id, role });
      const calls = {
        rename: () => conversations.rename.mutate({ conversationId, title: 'Other' }),
        'the same name': () => conversations.rename.mutate({ conversationId, title: 'Other' }),
        add: () => conversations.addMembers.mutate({ conversationId, userIds: [dan.id, cem.id] }),
        'add nobody': () => conversations.addMembers.mutate({ conversationId, userIds: ['nobody'] }),
        promote: () => conversations.setRole.mutate({ conversationId, userId: cem.id, role: 'admin' }),
        'promote nobody': () => conversations.setRole.mutate({ conversationId, userId: 'x', role: 'admin' }),
        'remove an admin': () => conversations.removeMember.mutate({ conversationId, userId: cem.id }),
        'remove an owner': () => conversations.removeMember.mutate({ conversationId, userId: ana.id }),
        'remove nobody': () => conversations.removeMember.mutate({ conversationId, userId: 'nobody' }),
        'remove who is not in it': () =>
          conversations.removeMember.mutate({ conversationId, userId: 'nobody' }),
      };
      for (const [name, act] of Object.entries(calls)) {
        await act().then(
          (answer: unknown) => stage.note(`${role}: ${name}`, answer),
          () => stage.refused(`${role}: ${name}`, act()),
        );
      }
      await stage.told(`${role}: in the end`, ben.client.conversations.get.query({ conversationId }));
    }
  },

  async 'a direct conversation is no group'(stage) {
    const ana = await stage.person('ana');
    const ben = await stage.person('ben');
    const { id: conversationId } = await ana.client.conversations.create.mutate({ participantIds: [ben.id] });
    const { conversations } = ana.client;
    await stage.refused('rename', conversations.rename.mutate({ conversationId, title: 'x' }));
    await stage.refused('leave', conversations.leave.mutate({ conversationId }));
    await stage.refused('add', conversations.addMembers.mutate({ conversationId, userIds: [ben.id] }));
  },

  async 'the last owner hands over'(stage) {
    const { ana, ben, conversationId } = await aGroup(stage);
    const room = await stage.room(ben, conversationId);
    const { conversations } = ana.client;
    const toMember = { conversationId, userId: ana.id, role: 'member' as const };
    await stage.refused('leave', conversations.leave.mutate({ conversationId }));
    await stage.refused('step down', conversations.setRole.mutate(toMember));
    await stage.told(
      'hand over',
      conversations.setRole.mutate({ conversationId, userId: ben.id, role: 'owner' }),
    );
    await stage.told('leave then', conversations.leave.mutate({ conversationId }));
    await stage.refused('leave again', conversations.leave.mutate({ conversationId }));
    await room.next('member-removed');
    stage.tell('the room', room);
  },

  async 'whoever is removed hears no more, and keeps nothing'(stage) {
    const { ana, ben, cem, conversationId } = await aGroup(stage);
    const send = (content: string) => ana.client.messages.send.mutate({ conversationId, content });
    const { message } = await send('before');
    await ben.client.offers.create.mutate({
      conversationId,
      recipientId: cem.id,
      title: 'Bike',
      terms: 'As seen',
    });
    const rooms = [await stage.room(cem, conversationId), await stage.room(ben, conversationId)] as const;
    const inbox = await stage.inbox(cem);
    await send('while');
    await inbox.next('new-message');
    await stage.told(
      'remove',
      ana.client.conversations.removeMember.mutate({ conversationId, userId: cem.id }),
    );
    await send('after');
    await rooms[1].next('message', 2);
    await inbox.next('conversation-removed');
    while (rooms[0].errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stage.tell('the room of the removed', rooms[0]);
    stage.tell('the room', rooms[1]);
    stage.tell('the inbox of the removed', inbox);
    await stage.refused('list', cem.client.messages.list.query({ conversationId }));
    await stage.refused('edit', cem.client.messages.edit.mutate({ messageId: message.id, content: 'x' }));
    await stage.told('the list', cem.client.conversations.list.query());
    const again = await stage.inbox(stage.device(cem.session), '0');
    await again.next('conversation-removed');
    stage.tell('the inbox from the beginning', again);
  },

  async 'whoever is added sees what comes from then on'(stage) {
    const { ana, ben, conversationId } = await aGroup(stage);
    const dan = await stage.person('dan');
    const send = async (content: string) =>
      (await ana.client.messages.send.mutate({ conversationId, content })).message;
    const old = await send('before');
    const { offer } = await ana.client.offers.create.mutate({
      conversationId,
      recipientId: ben.id,
      title: 'Old',
      terms: 'Secret',
    });
    const inbox = await stage.inbox(dan);
    await stage.told(
      'add',
      ana.client.conversations.addMembers.mutate({ conversationId, userIds: [dan.id] }),
    );
    const room = await stage.room(dan, conversationId);
    const resumed = await stage.room(stage.device(dan.session), conversationId, '0');
    await ana.client.messages.edit.mutate({ messageId: old.id, content: 'still hidden' });
    await ben.client.offers.update.mutate({ conversationId, offerId: offer.id, status: 'accepted' });
    await send('after');
    await room.next('message');
    await resumed.next('message');
    await inbox.next('new-message');
    stage.tell('the room', room);
    stage.tell('the room from the beginning', resumed);
    stage.tell('the inbox', inbox);
    await stage.told('messages', dan.client.messages.list.query({ conversationId }));
    await stage.told('offers', dan.client.offers.list.query({ conversationId }));
    await stage.told('the list', dan.client.conversations.list.query());
    await stage.refused('the old offer', dan.client.offers.get.query({ offerId: offer.id }));
    await stage.refused(
      'from the old message',
      dan.client.messages.list.query({ conversationId, fromId: old.id }),
    );
    await stage.refused(
      'a reply to it',
      dan.client.messages.send.mutate({ conversationId, content: 'x', replyToId: old.id }),
    );
  },
};
