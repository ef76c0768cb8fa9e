// Each line under a directive must be an error: an unused directive fails the check.
import { createParleyClient, type OfferView } from '@parley/client';

const client = createParleyClient({ url: 'http://localhost:1' });
const conversation = client.conversation('c');

// @ts-expect-error a misspelt event
conversation.on('mesage', () => undefined);
// @ts-expect-error an event of the inbox
conversation.on('new-message', () => undefined);
// @ts-expect-error an event of a room
client.inbox.on('message', () => undefined);
// @ts-expect-error no such field of the payload
conversation.on('message', ({ text }) => text);
// @ts-expect-error a message is text, or has content
void conversation.send({ body: 'hi' });
// @ts-expect-error no such role
void conversation.setRole('u', 'king');
// @ts-expect-error an amount is a number of minor units
void conversation.createOffer({ title: 't', terms: 't', amount: '210', currency: 'EUR' });
// @ts-expect-error what is shown is not to be changed
conversation.getSnapshot().messages.push();

export async function moves(offer: OfferView) {
  // @ts-expect-error not before it is known who one is to it
  await offer.moves.accept();
  if (offer.status === 'pending' && offer.role === 'author') {
    // @ts-expect-error one does not accept one's own offer
    await offer.moves.accept();
  }
  if (offer.status === 'pending' && offer.role === 'recipient') {
    // @ts-expect-error only its author withdraws it
    await offer.moves.withdraw();
    // @ts-expect-error a counter-offer needs terms
    await offer.moves.counter();
  }
  if (offer.status === 'declined') {
    // @ts-expect-error it is over
    await offer.moves.accept();
  }
  if (offer.status === 'accepted' && offer.role === 'recipient' && offer.hasConfirmed) {
    // @ts-expect-error one has confirmed already
    await offer.moves.complete();
  }
}
