import type { OfferAction, OfferStatus } from '@parley/contract';

import type { Actor, Play, Stage } from './stage.ts';

const TERMS = { title: 'Bike', terms: 'As seen' };
const ACTIONS: readonly OfferAction[] = [
  'accepted',
  'declined',
  'withdrawn',
  'countered',
  'completed',
  'cancelled',
];

async function aTrade(stage: Stage) {
  const author = await stage.person('author');
  const recipient = await stage.person('recipient');
  const other = await stage.person('other');
  const { id: conversationId } = await author.client.conversations.create.mutate({
    participantIds: [recipient.id, other.id],
    title: 'Market',
  });
  const update = (who: Actor, offerId: string, status: OfferAction, more: object = {}) => {
    const input = { conversationId, offerId, ...more };
    return status === 'countered'
      ? who.client.offers.update.mutate({ ...input, status, counter: { terms: 'Less' }, ...more })
      : who.client.offers.update.mutate({ ...input, status });
  };
  const make = async (more: object = {}) => {
    const input = { conversationId, recipientId: recipient.id, ...TERMS, ...more };
    return (await author.client.offers.create.mutate(input)).offer;
  };
  return { author, recipient, other, conversationId, update, make };
}

/** What leads to each status, from a pending offer. */
const WAYS: Partial<Record<OfferStatus, readonly [who: 'author' | 'recipient', OfferAction][]>> = {
  pending: [],
  accepted: [['recipient', 'accepted']],
  declined: [['recipient', 'declined']],
  withdrawn: [['author', 'withdrawn']],
  countered: [['recipient', 'countered']],
  completed: [
    ['recipient', 'accepted'],
    ['author', 'completed'],
    ['recipient', 'completed'],
  ],
  cancelled: [
    ['recipient', 'accepted'],
    ['author', 'cancelled'],
  ],
};

export const LONG_TRADE: Record<string, Play> = {
  async 'every action on an offer in every status, by everyone'(stage) {
    const trade = await aTrade(stage);
    for (const [status, way] of Object.entries(WAYS)) {
      // Each has an offer of its own: they are made side by side, and noted in order.
      const acts = (['author', 'recipient', 'other'] as const).flatMap((who) =>
        ACTIONS.map(async (action) => {
          const offer = await trade.make();
          for (const [party, step] of way) await trade.update(trade[party], offer.id, step);
          const act = trade.update(trade[who], offer.id, action);
          const outcome = await act.catch(() => undefined);
          return { what: `${who}: ${status} to ${action}`, act, outcome };
        }),
      );
      for (const { what, act, outcome } of await Promise.all(acts)) {
        if (outcome === undefined) await stage.refused(what, act);
        else stage.note(what, outcome);
      }
    }
  },
};

export const TRADE: Record<string, Play> = {
  async 'an offer is made and answered, and told to those it concerns'(stage) {
    const { author, recipient, other, conversationId, update } = await aTrade(stage);
    const room = await stage.room(other, conversationId);
    const inboxes = [
      await stage.inbox(author),
      await stage.inbox(recipient),
      await stage.inbox(other),
    ] as const;
    const create = (more: object) =>
      author.client.offers.create.mutate({ conversationId, recipientId: recipient.id, ...TERMS, ...more });
    const input = { amount: 12_000, currency: 'EUR', clientId: 'o' };
    const { offer } = await stage.told('make', create(input));
    await stage.told('make again', create({ clientId: 'o', title: 'Other' }));
    const counter = { amount: 10_000, clientId: 'counter' };
    const { counterOffer } = await stage.told(
      'counter',
      update(recipient, offer.id, 'countered', { counter }),
    );
    await stage.told('counter again', update(recipient, offer.id, 'countered', { counter }));
    await stage.refused('counter with another', update(recipient, offer.id, 'countered', { counter: {} }));
    await stage.told('accept', update(author, counterOffer!.id, 'accepted'));
    await stage.told('complete', update(author, counterOffer!.id, 'completed'));
    await stage.told('complete again', update(author, counterOffer!.id, 'completed'));
    await stage.told('complete by the other', update(recipient, counterOffer!.id, 'completed'));
    await room.next('offer-update', 4);
    await inboxes[0].next('offer-update', 2);
    await inboxes[1].next('offer-update', 2);
    stage.tell('the room', room);
    stage.tell('the inbox of the author', inboxes[0]);
    stage.tell('the inbox of the recipient', inboxes[1]);
    stage.tell('the inbox of the other', inboxes[2]);
    await stage.told('get', other.client.offers.get.query({ offerId: offer.id }));
  },

  async 'terms of a counter-offer'(stage) {
    const { recipient, make, update } = await aTrade(stage);
    const priced = { amount: 500, currency: 'EUR' };
    for (const [name, terms, counter] of [
      ['all taken over', priced, {}],
      ['all new', priced, { title: 'T', terms: 'U', amount: 1, currency: 'USD' }],
      ['to a barter', priced, { amount: null }],
      ['a barter priced', {}, { amount: 1, currency: 'USD' }],
      ['expiry not taken over', { ...priced, expiresAt: new Date(Date.now() + 3_600_000) }, {}],
    ] as const) {
      const offer = await make(terms);
      await stage.told(name, update(recipient, offer.id, 'countered', { counter }));
    }
    for (const [name, counter] of [
      ['an amount without a currency', { amount: 1 }],
      ['a currency without an amount', { currency: 'USD' }],
      ['past', { expiresAt: new Date(0) }],
      ['after all', { expiresAt: new Date(253_402_300_800_000) }],
    ] as const) {
      const offer = await make();
      await stage.refused(name, update(recipient, offer.id, 'countered', { counter }));
      await stage.told(`${name}: as it was`, recipient.client.offers.get.query({ offerId: offer.id }));
    }
  },

  async 'offers are refused'(stage) {
    const { author, recipient, other, conversationId, make, update } = await aTrade(stage);
    const eve = await stage.person('eve');
    const create = (input: object, who = author) =>
      who.client.offers.create.mutate({ conversationId, recipientId: recipient.id, ...TERMS, ...input });
    await stage.refused('to oneself', create({ recipientId: author.id }));
    await stage.refused('to an outsider', create({ recipientId: eve.id }));
    await stage.refused('by an outsider', create({}, eve));
    await stage.refused('to nobody of many', create({ recipientId: undefined }));
    await stage.refused('past', create({ expiresAt: new Date(0) }));
    await stage.refused('an amount alone', create({ amount: 1 }));
    const offer = await make();
    await stage.refused('other terms', update(recipient, offer.id, 'accepted', { expectedVersion: 2 }));
    await stage.told('the terms seen', update(recipient, offer.id, 'accepted', { expectedVersion: 1 }));
    await stage.refused('by no party', update(other, offer.id, 'cancelled'));
    await stage.refused('no such offer', update(recipient, 'none', 'accepted'));
    await stage.refused('get from outside', eve.client.offers.get.query({ offerId: offer.id }));
    await stage.refused('list from outside', eve.client.offers.list.query({ conversationId }));
    await author.client.conversations.setRole.mutate({ conversationId, userId: other.id, role: 'owner' });
    const orphan = await make();
    await author.client.conversations.leave.mutate({ conversationId });
    await stage.refused('of one who left', update(recipient, orphan.id, 'accepted'));
    await stage.refused('counter to one who left', update(recipient, orphan.id, 'countered'));
    await stage.told('decline all the same', update(recipient, orphan.id, 'declined'));
  },

  async 'offers come in pages'(stage) {
    const { author, recipient, conversationId, make, update } = await aTrade(stage);
    for (const title of ['1', '2', '3']) await make({ title });
    const fourth = await make({ title: '4' });
    await update(recipient, fourth.id, 'declined');
    const list = (input: object) => author.client.offers.list.query({ conversationId, limit: 2, ...input });
    const { nextCursor } = await stage.told('first', list({}));
    await stage.told('second', list({ cursor: nextCursor ?? undefined }));
    await stage.told('declined', list({ status: 'declined' }));
    await stage.refused('after no cursor', list({ cursor: 'x' }));
  },

  async 'an offer expires'(stage) {
    const { author, recipient, conversationId, make, update } = await aTrade(stage);
    const room = await stage.room(recipient, conversationId);
    const inboxes = [await stage.inbox(author), await stage.inbox(recipient)] as const;
    // Long enough to be made on a busy machine: one whose time is over is refused.
    const offer = await make({ expiresAt: new Date(Date.now() + 4_000) });
    await room.next('offer-update');
    await inboxes[0].next('offer-update');
    await inboxes[1].next('offer-update');
    await stage.refused('accept then', update(recipient, offer.id, 'accepted'));
    await stage.refused('withdraw then', update(author, offer.id, 'withdrawn'));
    stage.tell('the room', room);
    stage.tell('the inbox of the author', inboxes[0]);
    stage.tell('the inbox of the recipient', inboxes[1]);
  },
};
