/** The live objects of the core, without React. */
import {
  createParleyClient,
  isParleyError,
  type ConversationEvent,
  type ConversationView,
  type InboxView,
  type Message,
  type MessageView,
  type Offer,
  type OfferView,
  type Outgoing,
  type PresenceView,
} from '@parley/client';

import { assert, type Equal } from './assert.js';

const client = createParleyClient({ url: 'http://localhost:1', getAccessToken: () => null });

export async function conversation() {
  const { send, typing, read, getSnapshot, subscribe, on, createOffer } = client.conversation('c');
  assert<Equal<ReturnType<typeof getSnapshot>, ConversationView>>();
  const ends = [
    subscribe(() => undefined),
    on('message', (payload, event) => {
      assert<Equal<typeof payload.createdAt, Date>>();
      assert<Equal<typeof event.type, 'message'>>();
    }),
    on('offer-update', ({ offer }) => assert<Equal<typeof offer, Offer>>()),
    // The host's own: see `host-events.ts`.
    on('listing-sold', ({ listingId }) => assert<Equal<typeof listingId, string>>()),
  ];
  for (const end of ends) end();

  const message = await send('Is it still for sale?');
  assert<Equal<typeof message, Message>>();
  await send({ content: '', attachments: ['https://example.com/bike.jpg'], replyToId: message.id });
  typing();
  typing(false);
  await read();

  const { messages, status, error, gap } = getSnapshot();
  if (status === 'failed' && isParleyError(error, 'not_a_participant')) return;
  for (const one of messages) {
    assert<Equal<typeof one, MessageView>>();
    if (one.delivery === 'failed') client.conversation('c').retry(one.key);
  }
  await gap?.load();
  const offer = await createOffer({ title: 'Bike', terms: 'Fetched', amount: 21_050, currency: 'EUR' });
  assert<Equal<typeof offer, Offer>>();

  for await (const event of client.conversation('c')) {
    assert<Equal<typeof event, ConversationEvent>>();
    if (event.type === 'reaction') return;
  }
}

export async function offers(offer: OfferView) {
  if (offer.status === 'pending' && offer.role === 'recipient') {
    await offer.moves.accept();
    await offer.moves.counter({ amount: 20_000, currency: 'EUR' });
  } else if (offer.status === 'pending' && offer.role === 'author') await offer.moves.withdraw();
  else if (offer.status === 'accepted' && offer.role !== 'observer') {
    if (!offer.hasConfirmed) await offer.moves.complete();
    await offer.moves.cancel();
  }
  if ('accept' in offer.moves) await offer.moves.accept();
}

export function rest() {
  const inbox: InboxView = client.inbox.getSnapshot();
  const names = inbox.conversations.map(({ title, typing, unreadCount }) => ({ title, typing, unreadCount }));
  client.inbox.on('new-offer', ({ offer }) => offer.amount);
  const presence: PresenceView = client.presence(['a', 'b']).getSnapshot();
  const outgoing: readonly Outgoing[] = client.outbox.getSnapshot();
  const kept = JSON.parse(JSON.stringify(client.dehydrate())) as ReturnType<typeof client.dehydrate>;
  const again = createParleyClient({ getAccessToken: () => null, hydrate: kept, outboxStore: null });
  return { names, presence, outgoing, again };
}
