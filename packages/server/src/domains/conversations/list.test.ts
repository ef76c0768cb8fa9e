import { ConversationPage } from '@parley/contract/schemas';
import { expect, it } from 'vitest';

import { countQueries } from '../../core/testing/count-queries.ts';
import { unread } from '../inbox/store.ts';
import { sendMessage } from '../messages/messages.ts';
import { react } from '../messages/reactions.ts';
import { describeStage } from '../testing/describe-stage.ts';
import { createConversation, getConversation, listConversations } from './conversations.ts';

describeStage('the list of a person', (stage) => {
  it('is one query, and so are the unread counts, whatever the number of conversations', async () => {
    const { services } = stage;
    const ana = await stage.person('ana');
    const ben = await stage.person('ben');
    const add = async (talks: number) => {
      const { db } = services;
      const ids = Array.from({ length: talks }, () => services.newId());
      const [at, createdById, userId] = [new Date(), ana.id, ben.id];
      await db.conversation.createMany({
        data: ids.map((id) => ({ id, kind: 'group' as const, createdById, createdAt: at, activityAt: at })),
      });
      await db.participant.createMany({
        data: ids.flatMap((conversationId) => [
          { conversationId, userId: ana.id, joinedAt: at, unreadCount: 1 },
          { conversationId, userId, joinedAt: at },
        ]),
      });
      await db.message.createMany({
        data: ids.map((conversationId) => ({
          id: services.newId(),
          conversationId,
          seq: 1,
          userId,
          content: 'Hello',
          createdAt: at,
        })),
      });
    };
    const cost = async () => {
      using asked = countQueries();
      const { items } = ConversationPage.parse(await listConversations(services, ana, { limit: 100 }));
      const list = asked.count;
      const counts = await unread(services.db, ana.id);
      return { conversations: items.length, unread: counts.messages, list, counts: asked.count - list };
    };

    await add(1);
    expect(await cost()).toEqual({ conversations: 1, unread: 1, list: 1, counts: 1 });
    await add(49);
    expect(await cost()).toEqual({ conversations: 50, unread: 50, list: 1, counts: 1 });
  });

  it('shows a conversation as it is shown by itself, and its last message whole', async () => {
    const { services } = stage;
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const made = await createConversation(services, ana, { participantIds: [ben.id], subject: 'A "bike"' });
    const sent = { conversationId: made.id, content: 'Hello \\ "Ana" 😀\n', attachments: ['a', 'b'] };
    const { message } = await sendMessage(services, ben, { ...sent, clientId: 'one' });
    await react(services, ana, { messageId: message.id, emoji: '👍', on: true });
    await react(services, ben, { messageId: message.id, emoji: '👍', on: true });
    await react(services, ben, { messageId: message.id, emoji: '🎉', on: true });

    const { items } = await listConversations(services, ana, { limit: 1 });
    const shown = await getConversation(services, ana, { conversationId: made.id });
    const reactions = [
      { emoji: '👍', userIds: [ana.id, ben.id] },
      { emoji: '🎉', userIds: [ben.id] },
    ];
    expect(items).toEqual([{ ...shown, lastMessage: { ...message, reactions }, unreadCount: 1 }]);
  });
});
