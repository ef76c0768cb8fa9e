import { expect, it } from 'vitest';

import { createConversation } from '../conversations/conversations.ts';
import { addMembers, removeMember, renameConversation } from '../conversations/members.ts';
import { sendMessage } from '../messages/messages.ts';
import { createOffer, updateOffer } from '../offers/offers.ts';
import { describeStage } from '../testing/describe-stage.ts';
import { type Watch } from '../testing/stage.ts';

describeStage('an inbox', (stage) => {
  /** Ben was told of a message, of two offers, and of the acceptance of his own. */
  async function past() {
    const { services } = stage;
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const group = { participantIds: [ben.id], title: 'First secret' };
    const { id: conversationId } = await createConversation(services, ana, group);
    const offer = {
      conversationId,
      title: 'Secret bike',
      terms: 'Secret terms',
      amount: 7_777,
      currency: 'EUR',
    };
    const say = (content: string) => sendMessage(services, ana, { conversationId, content, attachments: [] });
    await say('secret message');
    const { offer: anas } = await createOffer(services, ana, { ...offer, recipientId: ben.id });
    await updateOffer(services, ana, { conversationId, offerId: anas.id, status: 'withdrawn' });
    const { offer: bens } = await createOffer(services, ben, { ...offer, recipientId: ana.id });
    await updateOffer(services, ana, { conversationId, offerId: bens.id, status: 'accepted' });
    return {
      ...{ ana, ben, say },
      remove: () => removeMember(services, ana, { conversationId, userId: ben.id }),
      add: () => addMembers(services, ana, { conversationId, userIds: [ben.id] }),
      rename: (title: string) => renameConversation(services, ana, { conversationId, title }),
    };
  }

  const told = [
    'conversation-added',
    'new-message',
    'new-offer',
    'offer-update',
    'offer-update',
    'offer-accepted',
    'conversation-removed',
  ];
  const readable = (watch: Watch, from = 1, to?: number) => JSON.stringify(watch.seen.slice(from, to));
  const ids = ({ seen }: Watch) => seen.slice(1).map(({ id }) => Number(id));

  it('shows whoever was removed nothing readable, and keeps every event in its place', async () => {
    const { ben, remove, rename } = await past();
    const before = stage.inbox(ben, '0');
    await before.next('offer-accepted');
    expect(readable(before)).toMatch(/secret message.*Secret bike.*Secret terms.*:7777/);
    await remove();
    await rename('Later secret');
    const after = stage.inbox(ben, '0');
    await after.next('conversation-removed');
    expect(after.types().slice(1)).toEqual(told);
    expect(ids(after)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(readable(after)).not.toMatch(/secret|:7777/i);
    await before.next('conversation-removed');
    expect(ids(before)).toEqual(ids(after));
  });

  it('shows whoever was added again what was told since, and only that', async () => {
    const { ben, say, remove, add } = await past();
    await remove();
    await add();
    await say('new message');
    const inbox = stage.inbox(ben, '0');
    await expect.poll(() => ids(inbox)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(inbox.types().slice(1)).toEqual([...told, 'conversation-added', 'new-message']);
    expect(readable(inbox, 1, 8)).not.toMatch(/secret|:7777/i);
    expect(readable(inbox, 8)).toMatch(/First secret.*new message/);
  });
});
