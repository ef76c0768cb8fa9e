/** Offers that two devices answer at once, counter-offers, and at the end an end for each. */
import type { Id, Offer, OfferAction } from '@parley/contract';

import type { AnyEvent, Device } from '../clients/device.ts';
import type { Outcome } from '../history.ts';
import { rest, type Stage } from './actors.ts';
import { ask, insist } from './ask.ts';
import { deviceOf, type Person, type Talk } from './cast.ts';

let made = 0;

/** What each device has seen of each offer: it answers what it has seen, and nothing else. */
export class OffersSeen {
  readonly #seen = new Map<Device, Map<Id, Offer>>();

  watch(device: Device): void {
    const seen = new Map<Id, Offer>();
    this.#seen.set(device, seen);
    for (const reader of device.readers)
      reader.listeners.push((_id, event) => {
        const offer = offerIn(event);
        if (offer !== undefined && offer.version > (seen.get(offer.id)?.version ?? 0))
          seen.set(offer.id, offer);
      });
  }

  of(device: Device, offerId: Id): Offer | undefined {
    return this.#seen.get(device)?.get(offerId);
  }

  /** The newest that any device of a person has seen of each offer. */
  by(person: Person): { device: Device; offer: Offer }[] {
    const newest = new Map<Id, { device: Device; offer: Offer }>();
    for (const device of person.devices)
      for (const offer of this.#seen.get(device)?.values() ?? [])
        if (offer.version > (newest.get(offer.id)?.offer.version ?? 0))
          newest.set(offer.id, { device, offer });
    return [...newest.values()];
  }
}

function offerIn(event: AnyEvent): Offer | undefined {
  switch (event.type) {
    case 'offer-created':
    case 'offer-update':
      return event.payload.offer;
    default:
      return undefined;
  }
}

export async function trade(
  { talk, author, recipient }: { talk: Talk; author: Person; recipient: Person },
  seen: OffersSeen,
  stage: Stage,
): Promise<void> {
  const { random, isOver } = stage;
  while (!isOver()) {
    const id = await propose(deviceOf(author), { talk, recipient, isGivenUp: isOver });
    if (id !== undefined) {
      // Each of the recipient's devices answers as soon as it has seen the offer.
      const answers = recipient.devices.map(async (device, index) => {
        const offer = await seenBy(device, { seen, id, isOver });
        const counter = random.chance(0.25);
        const action: OfferAction = counter ? 'countered' : index === 0 ? 'accepted' : 'declined';
        return offer && (await answer(device, offer, action));
      });
      if (random.chance(0.3)) {
        const device = deviceOf(author);
        const own = await seenBy(device, { seen, id, isOver });
        if (own !== undefined) await answer(device, own, 'withdrawn');
      }
      await Promise.all(answers);
    }
    await rest(random.between(800, 2500));
  }
}

/** Brings every offer that is still open to an end; whoever is a party may have to do it. */
export async function settle(people: readonly Person[], seen: OffersSeen): Promise<void> {
  for (const person of people) {
    for (const { device, offer } of seen.by(person)) {
      const action = endingOf(offer, person.identity.id);
      if (action === undefined) continue;
      const deadline = performance.now() + 10_000;
      await insist(
        () => answer(device, seen.of(device, offer.id) ?? offer, action),
        () => performance.now() > deadline,
      );
    }
  }
}

function endingOf({ status, authorId, recipientId }: Offer, userId: Id): OfferAction | undefined {
  if (userId !== authorId && userId !== recipientId) return undefined;
  if (status === 'accepted') return 'cancelled';
  if (status !== 'pending') return undefined;
  return userId === authorId ? 'withdrawn' : 'declined';
}

async function propose(
  device: Device,
  { talk, recipient, isGivenUp }: { talk: Talk; recipient: Person; isGivenUp: () => boolean },
): Promise<Id | undefined> {
  made += 1;
  const clientId = `offer-${made}`;
  const [conversationId, terms, amount] = [talk.id, `the terms of ${clientId}`, made * 100];
  const outcome = await insist(
    () =>
      ask(device, { type: 'offer', conversationId, clientId, terms, amount }, async (client) => {
        const { offer } = await client.offers.create.mutate({
          ...{ conversationId, clientId, terms, amount, currency: 'EUR', title: 'A boat' },
          recipientId: recipient.identity.id,
        });
        return { status: 'done', offers: [offer] };
      }),
    isGivenUp,
  );
  return outcome.status === 'done' ? outcome.offers?.[0]?.id : undefined;
}

async function answer(device: Device, offer: Offer, status: OfferAction): Promise<Outcome> {
  const { id: offerId, conversationId, version } = offer;
  return await ask(
    device,
    { type: 'answer-offer', conversationId, offerId, status, version },
    async (client) => {
      const place = { conversationId, offerId, expectedVersion: version };
      const result =
        status === 'countered'
          ? await client.offers.update.mutate({ ...place, status, counter: { terms: `not ${offer.terms}` } })
          : await client.offers.update.mutate({ ...place, status });
      return {
        status: 'done',
        offers: [result.offer, ...(result.counterOffer ? [result.counterOffer] : [])],
      };
    },
  );
}

async function seenBy(
  device: Device,
  { seen, id, isOver }: { seen: OffersSeen; id: Id; isOver: () => boolean },
): Promise<Offer | undefined> {
  for (;;) {
    const offer = seen.of(device, id);
    if (offer !== undefined || isOver()) return offer;
    await rest(20);
  }
}
