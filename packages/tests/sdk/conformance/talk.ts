import { LIMITS } from '@parley/contract/schemas';

import type { Actor, Play, Stage } from './stage.ts';

export async function twoInATalk(stage: Stage): Promise<{ ana: Actor; ben: Actor; conversationId: string }> {
  const ana = await stage.person('ana');
  const ben = await stage.person('ben');
  const { id } = await ana.client.conversations.create.mutate({ participantIds: [ben.id] });
  return { ana, ben, conversationId: id };
}

const PAGE = { limit: 2 };

export const TALK: Record<string, Play> = {
  async 'messages are sent, told and counted'(stage) {
    const { ana, ben, conversationId } = await twoInATalk(stage);
    const rooms = [await stage.room(ana, conversationId), await stage.room(ben, conversationId)] as const;
    const inboxes = [await stage.inbox(ana), await stage.inbox(ben)] as const;
    const send = (who: Actor, content: string, more: object = {}) =>
      stage.told(content, who.client.messages.send.mutate({ conversationId, content, ...more }));
    const { message } = await send(ana, 'one', { clientId: 'c1' });
    await send(ana, 'one again', { clientId: 'c1' });
    await send(ben, 'a reply', { replyToId: message.id, clientId: 'c1' });
    await send(ben, '', { attachments: ['https://parley.test/a.png', 'upload'] });
    await stage.told('the list', ben.client.conversations.list.query());
    await stage.told('unread', ben.client.inbox.unread.query());
    await rooms[0].next('message', 3);
    await rooms[1].next('message', 3);
    await inboxes[0].next('new-message', 2);
    await inboxes[1].next('new-message', 1);
    stage.tell('the room of Ana', rooms[0]);
    stage.tell('the room of Ben', rooms[1]);
    stage.tell('the inbox of Ana', inboxes[0]);
    stage.tell('the inbox of Ben', inboxes[1]);
  },

  async 'messages are refused'(stage) {
    const { ana, conversationId } = await twoInATalk(stage);
    const eve = await stage.person('eve');
    const send = (who: Actor, input: object) =>
      who.client.messages.send.mutate({ conversationId, content: 'x', ...input });
    await stage.refused('nothing', send(ana, { content: '' }));
    await stage.refused('too long', send(ana, { content: 'x'.repeat(LIMITS.messageLength + 1) }));
    await stage.refused('a reply to nothing', send(ana, { replyToId: 'nothing' }));
    await stage.refused('code', send(ana, { attachments: ['javascript:alert(1)'] }));
    await stage.refused('from outside', send(eve, {}));
    await stage.refused('to nowhere', send(ana, { conversationId: 'nowhere' }));
    await stage.refused('from outside: list', eve.client.messages.list.query({ conversationId }));
    await stage.refused('from outside: get', eve.client.conversations.get.query({ conversationId }));
  },

  async 'the same clientId in another conversation gives the first message'(stage) {
    const { ana, ben, conversationId } = await twoInATalk(stage);
    const group = await ana.client.conversations.create.mutate({
      participantIds: [ben.id],
      title: 'Group',
    });
    const input = { content: 'once', clientId: 'c' };
    await stage.told('first', ana.client.messages.send.mutate({ conversationId: group.id, ...input }));
    await stage.told('again', ana.client.messages.send.mutate({ conversationId, ...input }));
    await stage.told('another’s', ben.client.messages.send.mutate({ conversationId, ...input }));
  },

  async 'messages are changed'(stage) {
    const { ana, ben, conversationId } = await twoInATalk(stage);
    const send = async (content: string, attachments: string[] = []) =>
      (await ana.client.messages.send.mutate({ conversationId, content, attachments })).message.id;
    const [one, two] = [await send('one'), await send('two', ['a'])];
    const room = await stage.room(ben, conversationId);
    const inbox = await stage.inbox(ben);
    const { edit, delete: remove, react } = ana.client.messages;
    await stage.told('edit', edit.mutate({ messageId: one, content: 'edited' }));
    await stage.told('edit to the same', edit.mutate({ messageId: one, content: 'edited' }));
    await stage.told('edit to nothing', edit.mutate({ messageId: two, content: '' }));
    await stage.refused('edit to nothing at all', edit.mutate({ messageId: one, content: '' }));
    await stage.refused('edit of another', ben.client.messages.edit.mutate({ messageId: one, content: 'x' }));
    await stage.refused('delete of another', ben.client.messages.delete.mutate({ messageId: one }));
    await stage.told('react', react.mutate({ messageId: one, emoji: '👍', on: true }));
    await stage.told('react again', react.mutate({ messageId: one, emoji: '👍', on: true }));
    await stage.told('no emoji', react.mutate({ messageId: one, emoji: '🎉', on: false }));
    await ben.client.messages.react.mutate({ messageId: one, emoji: '🎉', on: true });
    await ben.client.messages.react.mutate({ messageId: one, emoji: '👍', on: true });
    await stage.told('reactions', ben.client.messages.list.query({ conversationId }));
    await react.mutate({ messageId: one, emoji: '👍', on: false });
    await stage.told('fewer reactions', ben.client.messages.list.query({ conversationId }));
    await stage.told('delete', remove.mutate({ messageId: two }));
    await stage.told('delete again', remove.mutate({ messageId: two }));
    await stage.refused('edit what is deleted', edit.mutate({ messageId: two, content: 'x' }));
    await stage.refused('react to it', react.mutate({ messageId: two, emoji: '👍', on: true }));
    await stage.refused('no such message', edit.mutate({ messageId: 'none', content: 'x' }));
    await room.next('message-deleted');
    await inbox.next('message-deleted');
    stage.tell('the room', room);
    stage.tell('the inbox', inbox);
    await stage.told('the list', ben.client.conversations.list.query());
  },

  async 'a message has so many reactions and no more'(stage) {
    const { ana, conversationId } = await twoInATalk(stage);
    const { message } = await ana.client.messages.send.mutate({ conversationId, content: 'x' });
    const emoji = (index: number) => String.fromCodePoint(0x1f600 + index);
    for (let index = 0; index < LIMITS.reactionEmojis; index += 1)
      await ana.client.messages.react.mutate({ messageId: message.id, emoji: emoji(index), on: true });
    const more = { messageId: message.id, emoji: emoji(LIMITS.reactionEmojis), on: true };
    await stage.refused('one more', ana.client.messages.react.mutate(more));
  },

  async 'messages come in pages'(stage) {
    const { ana, conversationId } = await twoInATalk(stage);
    const ids: string[] = [];
    for (const content of ['1', '2', '3', '4', '5'])
      ids.push((await ana.client.messages.send.mutate({ conversationId, content })).message.id);
    await ana.client.messages.react.mutate({ messageId: ids[0]!, emoji: '👍', on: true });
    const list = (input: object) => ana.client.messages.list.query({ conversationId, ...PAGE, ...input });
    for (const direction of ['older', 'newer'] as const) {
      let cursor: string | undefined;
      for (let page = 1; page <= 4; page += 1) {
        const { items, nextCursor } = await list({ direction, cursor });
        stage.note(`${direction} ${page}`, { items, nextCursor });
        if (nextCursor === null) break;
        cursor = nextCursor;
      }
      for (const [name, from] of Object.entries({
        id: { fromId: ids[2] },
        seq: { fromSeq: 3 },
        'before all': { fromSeq: 0 },
        'after all': { fromSeq: 99 },
        'a reaction': { fromSeq: 6 },
      }))
        await stage.told(`${direction} from ${name}`, list({ direction, ...from }));
      const { nextCursor } = await list({ direction, fromId: ids[2], limit: 1 });
      await stage.told(`${direction} after that`, list({ direction, cursor: nextCursor ?? undefined }));
    }
    await stage.refused('from an unknown id', list({ fromId: 'none' }));
    await stage.refused('from two places', list({ fromId: ids[0], fromSeq: 2 }));
    await stage.refused('after no cursor', list({ cursor: 'x' }));
    await stage.refused('too many', list({ limit: LIMITS.pageMax + 1 }));
  },

  async 'watermarks move forward only'(stage) {
    const { ana, ben, conversationId } = await twoInATalk(stage);
    for (const content of ['1', '2', '3']) await ana.client.messages.send.mutate({ conversationId, content });
    const room = await stage.room(ana, conversationId);
    const own = await stage.inbox(ben);
    const { read, delivered } = ben.client.receipts;
    await stage.told('delivered', delivered.mutate({ conversationId, upToSeq: 2 }));
    await stage.told('delivered less', delivered.mutate({ conversationId, upToSeq: 1 }));
    await stage.told('read', read.mutate({ conversationId, upToSeq: 1 }));
    await stage.told('unread', ben.client.inbox.unread.query());
    await stage.told('read all', read.mutate({ conversationId }));
    await stage.told('read again', read.mutate({ conversationId, upToSeq: 2 }));
    await stage.told('read more than there is', read.mutate({ conversationId, upToSeq: 99 }));
    await stage.told('delivered all', delivered.mutate({ conversationId, upToSeq: 99 }));
    await stage.told('unread then', ben.client.inbox.unread.query());
    await room.next('read', 2);
    await own.next('read', 2);
    stage.tell('the room', room);
    stage.tell('the inbox', own);
    await stage.told('the conversation', ana.client.conversations.get.query({ conversationId }));
  },

  async 'typing is told to the others, and not too often'(stage) {
    const { ana, ben, conversationId } = await twoInATalk(stage);
    const rooms = [await stage.room(ana, conversationId), await stage.room(ben, conversationId)] as const;
    const inboxes = [await stage.inbox(ana), await stage.inbox(ben)] as const;
    const type = (isTyping: boolean) => ana.client.typing.set.mutate({ conversationId, isTyping });
    await stage.told('typing', type(true));
    await type(true);
    await inboxes[1].next('typing', 1);
    const later = await stage.room(stage.device(ben.session), conversationId);
    await type(false);
    await rooms[1].next('typing', 2);
    await inboxes[1].next('typing', 2);
    stage.tell('one’s own room', rooms[0]);
    stage.tell('the other’s room', rooms[1]);
    stage.tell('one’s own inbox', inboxes[0]);
    stage.tell('the other’s inbox', inboxes[1]);
    const [joined] = later.of('joined');
    stage.note(
      'who comes later sees',
      joined?.participants.map(({ user, typing }) => [user, typing]),
    );
  },
};
