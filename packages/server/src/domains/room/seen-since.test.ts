import { expect, it } from 'vitest';

import { createConversation } from '../conversations/conversations.ts';
import { addMembers } from '../conversations/members.ts';
import { editMessage } from '../messages/changes.ts';
import { sendMessage } from '../messages/messages.ts';
import { createOffer, updateOffer } from '../offers/offers.ts';
import { describeStage } from '../testing/describe-stage.ts';

describeStage('one who joined a room later', (stage) => {
  it('is told how things go on that were written before, live and replayed, and not what they say', async () => {
    const { services } = stage;
    const [ana, ben, cem] = [await stage.person('ana'), await stage.person('ben'), await stage.person('cem')];
    const group = { participantIds: [ben.id], title: 'Trip' };
    const { id: conversationId } = await createConversation(services, ana, group);
    const { message } = await sendMessage(services, ana, {
      conversationId,
      content: 'secret',
      attachments: [],
    });
    const make = async (terms: string) =>
      (
        await createOffer(services, ana, {
          ...{ conversationId, recipientId: ben.id, title: terms, terms },
          ...{ amount: 7_777, currency: 'EUR' },
        })
      ).offer;
    const before = await make('secret');
    await addMembers(services, ana, { conversationId, userIds: [cem.id] });
    const [live, others] = [stage.room(cem, conversationId, '0'), stage.room(ben, conversationId)];
    await Promise.all([live.next('joined'), others.next('joined')]);
    const after = await make('open');
    await editMessage(services, ana, { messageId: message.id, content: 'secret still' });
    for (const { id: offerId } of [before, after])
      await updateOffer(services, ben, { conversationId, offerId, status: 'accepted' });
    await Promise.all([live, others].map((room) => expect.poll(() => room.seen.at(-1)?.id).toBe('7')));

    const replayed = stage.room(cem, conversationId, '2');
    await expect.poll(() => replayed.seen.at(-1)?.id).toBe('7');
    for (const room of [live, replayed]) {
      const told = room.seen.filter(({ id }) => Number(id) > 3);
      expect(told.map(({ event }) => event.type).filter((type) => type !== 'user-joined')).toEqual([
        'offer-created',
        'message-edited',
        'offer-update',
        'offer-update',
      ]);
      expect(JSON.stringify(told)).not.toMatch(/secret/);
      expect(JSON.stringify(told.slice(-1))).toMatch(/"open".*7777/);
    }
    expect(JSON.stringify(others.seen)).toMatch(/secret still.*"terms":"secret".*7777/);
  });
});
