import type { Presence } from '@parley/contract';

import type { Play } from './stage.ts';
import { twoInATalk } from './talk.ts';

/** The answer is in no order. */
const byPerson = (one: Presence, other: Presence): number => (one.userId < other.userId ? -1 : 1);

export const FEEDS: Record<string, Play> = {
  async 'a room goes on after what was seen'(stage) {
    const { ana, ben, conversationId } = await twoInATalk(stage);
    const { messages } = ana.client;
    const send = async (content: string) =>
      (await messages.send.mutate({ conversationId, content })).message.id;
    const [one, two] = [await send('one'), await send('two')];
    const { offer } = await ana.client.offers.create.mutate({
      conversationId,
      title: 'Bike',
      terms: 'As seen',
    });
    await messages.edit.mutate({ messageId: one, content: 'edited' });
    await messages.react.mutate({ messageId: one, emoji: '👍', on: true });
    await messages.delete.mutate({ messageId: two });
    await ben.client.offers.update.mutate({ conversationId, offerId: offer.id, status: 'accepted' });
    await send('last');
    for (const lastEventId of ['0', '2', '8', '5']) {
      const room = await stage.room(ben, conversationId, lastEventId);
      if (lastEventId !== '8') await room.next('message', lastEventId === '0' ? 3 : 1);
      stage.tell(`after ${lastEventId}`, room);
      room.unsubscribe();
    }
    const beyond = await stage.room(ben, conversationId, '99');
    await beyond.next('reset');
    stage.tell('after more than there is', beyond);
  },

  async 'an inbox goes on after what was seen'(stage) {
    const { ana, ben, conversationId } = await twoInATalk(stage);
    const { messages } = ana.client;
    const send = async (content: string) =>
      (await messages.send.mutate({ conversationId, content })).message.id;
    const [one, two] = [await send('one'), await send('two')];
    await messages.edit.mutate({ messageId: one, content: 'edited' });
    await messages.delete.mutate({ messageId: two });
    const { offer } = await ana.client.offers.create.mutate({
      conversationId,
      title: 'Bike',
      terms: 'As seen',
    });
    await ben.client.offers.update.mutate({ conversationId, offerId: offer.id, status: 'declined' });
    await send('last');
    for (const lastEventId of ['0', '3']) {
      const inbox = await stage.inbox(ben, lastEventId);
      await inbox.next('new-message', lastEventId === '0' ? 3 : 1);
      stage.tell(`after ${lastEventId}`, inbox);
    }
    const own = await stage.inbox(ana, '0');
    await own.next('offer-update');
    stage.tell('one’s own', own);
    const beyond = await stage.inbox(ben, '99');
    await beyond.next('reset');
    stage.tell('after more than there is', beyond);
  },

  async 'who has a room open is told'(stage) {
    const { ana, ben, conversationId } = await twoInATalk(stage);
    const room = await stage.room(ana, conversationId);
    const visits = [await stage.room(ben, conversationId), await stage.room(ben, conversationId)];
    await room.next('user-joined');
    for (const visit of visits) visit.unsubscribe();
    await room.next('user-left');
    stage.note('visits', [room.of('user-joined'), room.of('user-left')]);
    stage.note(
      'one’s own',
      visits.map((visit) => visit.of('user-joined')),
    );
  },

  async 'who comes online is told'(stage) {
    const ana = await stage.person('ana');
    const session = await stage.account('ben');
    const ben = session.user;
    const { id: conversationId } = await ana.client.conversations.create.mutate({ participantIds: [ben.id] });
    const cem = await stage.person('cem');
    const room = await stage.room(ana, conversationId);
    const inbox = await stage.inbox(ana);
    const userIds = [ana.id, ben.id, cem.id, 'nobody'];
    const before = await ana.client.presence.get.query({ userIds });
    stage.note('before', before.toSorted(byPerson));
    await stage.inbox(stage.device(session));
    const isBen = ({ userId }: { userId: string }) => userId === ben.id;
    await inbox.next('presence');
    await room.next('presence');
    stage.note('events', [room.of('presence').filter(isBen), inbox.of('presence').filter(isBen)]);
    const now = await ana.client.presence.get.query({ userIds });
    stage.note('now', now.toSorted(byPerson));
    await stage.told('seen by others', cem.client.presence.get.query({ userIds: [ana.id] }));
  },
};

export const LONG_FEEDS: Record<string, Play> = {
  async 'a feed that is too far behind is told to begin anew'(stage) {
    const { ana, ben, conversationId } = await twoInATalk(stage);
    // Those that come at once are committed together.
    for (let index = 0; index < 1_001; index += 100) {
      const sends = Array.from({ length: 100 }, (_, offset) =>
        ana.client.messages.send.mutate({ conversationId, content: `${index + offset}` }),
      );
      await Promise.all(sends);
    }
    const { headSeq } = await ana.client.conversations.get.query({ conversationId });
    const room = await stage.room(ben, conversationId, String(headSeq - 1_001));
    await room.next('reset');
    stage.tell('the room', room);
    const near = await stage.room(ben, conversationId, String(headSeq - 1_000));
    await near.next('message', 1_000);
    stage.note('a little nearer', near.of('joined'));
    const inbox = await stage.inbox(ben, '0');
    await inbox.next('reset');
    stage.tell('the inbox', inbox);
  },
};
