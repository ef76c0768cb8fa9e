import { expect, it } from 'vitest';

import type { Services } from '../../core/services.ts';
import { createConversation, getConversation } from '../conversations/conversations.ts';
import { addMembers } from '../conversations/members.ts';
import { listMessages, sendMessage } from '../messages/messages.ts';
import { createOffer, listOffers } from '../offers/offers.ts';
import { describeStage } from '../testing/describe-stage.ts';
import { openRoom } from './open-room.ts';

describeStage('what a room shows when it is opened', (stage, database) => {
  const made = async () => {
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const input = { participantIds: [ben.id], title: 'Trip' };
    const { id: conversationId } = await createConversation(stage.services, ana, input);
    const say = () => sendMessage(stage.services, ana, { conversationId, content: 'hello', attachments: [] });
    await say();
    return { ana, ben, conversationId, say };
  };

  it('is what the conversation and the newest pages are by themselves', async () => {
    const { ana, ben, conversationId } = await made();
    const { services } = stage;
    const offer = { conversationId, title: 'Tent', terms: 'For a week', recipientId: ben.id };
    await createOffer(services, ana, offer);
    const asked = { conversationId, limit: 50 };
    expect(await openRoom(services, ben, conversationId)).toEqual({
      conversation: await getConversation(services, ben, { conversationId }),
      messages: await listMessages(services, ben, { ...asked, direction: 'older' }),
      offers: await listOffers(services, ben, asked),
    });
  });

  it('is as of its head, or later, whatever happens meanwhile', async () => {
    const { ana, conversationId, say } = await made();
    const cem = await stage.person('cem');
    const { headSeq: before } = await getConversation(stage.services, ana, { conversationId });
    const db = database.prisma.$extends({
      query: {
        conversation: {
          async findUnique({ args, query }) {
            const row = await query(args);
            await addMembers(stage.services, ana, { conversationId, userIds: [cem.id] });
            await say();
            return row;
          },
        },
      },
    }) as unknown as Services['db'];
    const { conversation, messages } = await openRoom({ ...stage.services, db }, ana, conversationId);
    expect(conversation.participants.map(({ user }) => user.id)).not.toContain(cem.id);
    expect(conversation.headSeq).toBe(before);
    expect(messages.items[0]?.seq).toBeGreaterThan(before);
  });
});
