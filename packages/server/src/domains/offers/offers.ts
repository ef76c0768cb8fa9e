/** Making and answering offers. Whatever is decided about an offer is decided under its room's lock. */
import type { CreatedOffer, Offer, OfferPage, UpdatedOffer } from '@parley/contract';
import type { CreateOffer, ListOffers, UpdateOffer } from '@parley/contract/schemas';
import type { output } from 'zod';

import type { Caller } from '../../core/caller.ts';
import { decodePlace, encodeCursor } from '../../core/cursor.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Services } from '../../core/services.ts';
import { isUniqueViolation } from '../../core/unique-violation.ts';
import { participantIds, requireParticipant } from '../conversations/membership.ts';
import { changeOffer, makeOffer, type Deal } from './changes.ts';
import { expireOffer, isOverdue } from './expiry.ts';
import { messageOf, OTHER_MUST_CONFIRM } from './messages.ts';
import { findMade, findOffer, findOfferOf, listOfferRows } from './store.ts';
import { counterTerms, requireFuture, type Counter } from './terms.ts';
import { decide } from './transitions.ts';

type Create = output<typeof CreateOffer>;
type Update = output<typeof UpdateOffer>;

/** Makes an offer. The same caller with the same `clientId` gets the first one again, and nobody is told twice. */
export async function createOffer(services: Services, caller: Caller, input: Create): Promise<CreatedOffer> {
  const offer = await retriedOnce(() => create(services, caller, input));
  services.log.debug(
    { userId: caller.id, offerId: offer.id, conversationId: offer.conversationId },
    'offer created',
  );
  return { success: true, offer };
}

/**
 * Answers, takes back, completes or cancels an offer. Of two people acting at once one wins; the other is refused
 * with the offer as it is then.
 */
export async function updateOffer(services: Services, caller: Caller, input: Update): Promise<UpdatedOffer> {
  const result = await retriedOnce(() => update(services, caller, input));
  if (result instanceof Refusal) throw result;
  const { offerId, conversationId, status } = input;
  services.log.debug({ userId: caller.id, offerId, conversationId, status }, 'offer updated');
  return { success: true, ...result };
}

/** An offer of a conversation that one is in. */
export async function getOffer(
  { db }: Services,
  caller: Caller,
  { offerId }: { offerId: string },
): Promise<Offer> {
  const offer = await findOfferOf(db, offerId, caller.id);
  if (offer === undefined) throw new Refusal('offer_not_found');
  return offer;
}

/** A page of a conversation's offers, newest first, made since one is in it. */
export async function listOffers(
  { db }: Services,
  caller: Caller,
  { conversationId, status, cursor, limit }: output<typeof ListOffers>,
): Promise<OfferPage> {
  const { joinedAt } = await requireParticipant(db, conversationId, caller.id);
  const after = cursor === undefined ? undefined : decodePlace(cursor);
  const found = await listOfferRows(db, conversationId, { since: joinedAt, status, after, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const more = found.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor(last.createdAt.toISOString(), last.id) : null };
}

async function create(services: Services, caller: Caller, input: Create): Promise<Offer> {
  const { conversationId, title, terms, amount = null, currency = null, clientId } = input;
  await requireParticipant(services.db, conversationId, caller.id);
  return await services.commit(conversationId, async (scope) => {
    const { room } = scope;
    await requireParticipant(scope.tx, conversationId, caller.id);
    const made = await findMade(scope.tx, caller.id, clientId);
    if (made !== undefined) {
      if (made.conversationId !== conversationId)
        await requireParticipant(scope.tx, made.conversationId, caller.id);
      return made;
    }
    const present = new Set(await participantIds(scope.tx, conversationId));
    return makeOffer(
      { scope, room, present },
      {
        id: services.newId(),
        conversationId,
        authorId: caller.id,
        recipientId: recipientOf(input.recipientId, caller.id, present),
        title,
        terms,
        amount,
        currency,
        parentOfferId: null,
        expiresAt: requireFuture(input.expiresAt, room.now),
        clientId: clientId ?? null,
      },
    );
  });
}

/** Returns what to refuse with when the offer's time is over: the expiry is to be committed before. */
async function update(
  services: Services,
  caller: Caller,
  input: Update,
): Promise<Omit<UpdatedOffer, 'success'> | Refusal> {
  const { conversationId, offerId, status: action, expectedVersion } = input;
  await requireParticipant(services.db, conversationId, caller.id);
  return await services.commit(conversationId, async (scope) => {
    const { room } = scope;
    const { joinedAt } = await requireParticipant(scope.tx, conversationId, caller.id);
    const offer = await findOffer(scope.tx, offerId);
    if (offer === undefined || offer.conversationId !== conversationId || offer.createdAt < joinedAt) {
      throw new Refusal('offer_not_found');
    }
    const present = new Set(await participantIds(scope.tx, conversationId, offer.createdAt));
    const deal = { scope, room, present };
    const overdue = isOverdue(offer, room.now);
    const decision = decide(overdue ? { ...offer, status: 'expired' } : offer, action, caller.id);
    if (decision.outcome === 'forbidden') throw new Refusal(decision.reason);
    if (action === 'countered') {
      const made = await findMade(scope.tx, caller.id, input.counter.clientId);
      if (made?.parentOfferId === offer.id)
        return { message: messageOf(action, 'countered'), offer, counterOffer: made };
      if (made !== undefined)
        throw new Refusal('invalid_input', { message: 'The clientId was used for another offer' });
    }
    if (overdue) return new Refusal('offer_not_open', { offer: await expireOffer(deal, offer) });
    if (decision.outcome === 'conflict') throw new Refusal(decision.reason, { offer });
    if (decision.outcome === 'unchanged') return { message: OTHER_MUST_CONFIRM, offer };
    if (expectedVersion !== undefined && expectedVersion !== offer.version)
      throw new Refusal('offer_changed', { offer });
    if (action === 'accepted' && !present.has(offer.authorId))
      throw new Refusal('user_not_found', { message: 'Who made the offer has left this conversation' });

    const changed = await changeOffer(deal, offer, { ...decision, by: caller.id });
    if (action !== 'countered') return { message: messageOf(action, changed.status), offer: changed };
    return {
      message: messageOf(action, changed.status),
      offer: changed,
      counterOffer: await makeCounterOffer(deal, changed, { ...input.counter, id: services.newId() }),
    };
  });
}

/** A new offer that goes the other way round. */
function makeCounterOffer(deal: Deal, parent: Offer, counter: Counter & { id: string }): Promise<Offer> {
  if (!deal.present.has(parent.authorId)) throw new Refusal('user_not_found');
  return makeOffer(deal, {
    ...counterTerms(parent, counter),
    id: counter.id,
    conversationId: parent.conversationId,
    authorId: parent.recipientId,
    recipientId: parent.authorId,
    parentOfferId: parent.id,
    expiresAt: requireFuture(counter.expiresAt, deal.room.now),
    clientId: counter.clientId ?? null,
  });
}

function recipientOf(asked: string | undefined, authorId: string, present: ReadonlySet<string>): string {
  if (asked === authorId) throw new Refusal('invalid_input', { message: 'An offer is made to someone else' });
  if (asked !== undefined) {
    if (!present.has(asked))
      throw new Refusal('user_not_found', { message: 'The recipient is not in this conversation' });
    return asked;
  }
  const [other, ...more] = [...present].filter((id) => id !== authorId);
  if (other === undefined)
    throw new Refusal('user_not_found', { message: 'Nobody else is in this conversation' });
  if (more.length > 0) throw new Refusal('recipient_required');
  return other;
}

/**
 * One `clientId` used in two conversations at the same time meets in the index, not under a lock: the later of the
 * two then finds what the other has made.
 */
async function retriedOnce<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return work();
  }
}
