import { expect, it } from 'vitest';

import { createConversation } from '../conversations/conversations.ts';
import { leaveConversation } from '../conversations/members.ts';
import { sendMessage } from '../messages/messages.ts';
import { markRead } from '../receipts/receipts.ts';
import { describeStage } from '../testing/describe-stage.ts';
import { unread } from './store.ts';

describeStage('what one has not read', (stage, database) => {
  it('is counted over all conversations that one is in, from the messages of others', async () => {
    const { services } = stage;
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const count = () => unread(database.prisma, ana.id);
    expect(await count()).toEqual({ messages: 0, conversations: 0 });
    const open = async (title: string) =>
      (await createConversation(services, ben, { participantIds: [ana.id], title })).id;
    const [one, two] = [await open('one'), await open('two')];
    const say = (who: typeof ana, conversationId: string) =>
      sendMessage(services, who, { conversationId, content: 'hello', attachments: [] });
    await say(ana, one);
    expect(await count()).toEqual({ messages: 0, conversations: 0 });
    await say(ben, one);
    await say(ben, one);
    await say(ben, two);
    expect(await count()).toEqual({ messages: 3, conversations: 2 });
    expect(await unread(database.prisma, ben.id)).toEqual({ messages: 1, conversations: 1 });
    await markRead(services, ana, { conversationId: one });
    expect(await count()).toEqual({ messages: 1, conversations: 1 });
    await leaveConversation(services, ana, { conversationId: two });
    expect(await count()).toEqual({ messages: 0, conversations: 0 });
  });
});
