import type { CreatedOffer, Id, Offer, OfferPage, UpdatedOffer } from '@parley/contract';
import type { CreateOffer, GetOffer, ListOffers, UpdateOffer } from '@parley/contract/schemas';
import {
  counterTerms,
  decide,
  messageOf,
  offerCreated,
  offerNotice,
  offerUpdate,
  OTHER_MUST_CONFIRM,
  Refusal,
  requireFuture,
} from '@parley/server/rules';
import type { output } from 'zod';

import { decodeCursor, pageOf } from '../cursor.ts';
import type { MadeOffer, Person, Standing, Talk, World } from '../world.ts';

type Update = output<typeof UpdateOffer>;
type Draft = Pick<
  Offer,
  'authorId' | 'recipientId' | 'title' | 'terms' | 'amount' | 'currency' | 'parentOfferId' | 'expiresAt'
> & { clientId: string | undefined };

/** Makes an offer. The same caller with the same `clientId` gets the first one again, and nobody is told twice. */
export function createOffer(
  world: World,
  caller: Person,
  { conversationId, title, terms, amount, currency, ...input }: output<typeof CreateOffer>,
): CreatedOffer {
  const { talk } = world.standing(caller.id, conversationId);
  const { clientId } = input;
  const made = findMade(world, caller, clientId);
  if (made !== undefined) {
    world.standing(caller.id, made.conversationId);
    return { success: true, offer: made };
  }
  const offer = makeOffer(world, talk, {
    authorId: caller.id,
    recipientId: recipientOf(talk, caller, input.recipientId),
    title,
    terms,
    amount: amount ?? null,
    currency: currency ?? null,
    parentOfferId: null,
    expiresAt: requireFuture(input.expiresAt, world.now()),
    clientId,
  });
  return { success: true, offer };
}

/** Answers, takes back, completes or cancels an offer; whoever is too late is refused with the offer as it is then. */
export function updateOffer(world: World, caller: Person, input: Update): UpdatedOffer {
  const { status: action, expectedVersion } = input;
  const { talk, made } = findOpen(world, caller, input);
  const { offer } = made;
  const decision = decide(offer, action, caller.id);
  if (decision.outcome === 'forbidden') throw new Refusal(decision.reason);
  if (action === 'countered') {
    const counterOffer = findMade(world, caller, input.counter.clientId);
    if (counterOffer?.parentOfferId === offer.id)
      return { success: true, message: messageOf(action, 'countered'), offer, counterOffer };
    if (counterOffer !== undefined)
      throw new Refusal('invalid_input', { message: 'The clientId was used for another offer' });
  }
  if (decision.outcome === 'conflict') throw new Refusal(decision.reason, { offer });
  if (decision.outcome === 'unchanged') return { success: true, message: OTHER_MUST_CONFIRM, offer };
  if (expectedVersion !== undefined && expectedVersion !== offer.version)
    throw new Refusal('offer_changed', { offer });
  if (action === 'accepted' && !talk.members.has(offer.authorId))
    throw new Refusal('user_not_found', { message: 'Who made the offer has left this conversation' });

  const draft =
    action === 'countered' ? counterTo(world, talk, { offer, counter: input.counter }) : undefined;
  const changed = changeOffer(world, talk, { made, ...decision, by: caller.id });
  const answer = { success: true, message: messageOf(action, changed.status), offer: changed } as const;
  return draft === undefined ? answer : { ...answer, counterOffer: makeOffer(world, talk, draft) };
}

/** An offer of a conversation that one is in, made since. */
export function getOffer(world: World, caller: Person, { offerId }: output<typeof GetOffer>): Offer {
  for (const { id } of world.talksOf(caller.id)) {
    const made = visible(world.standing(caller.id, id)).find(({ offer }) => offer.id === offerId);
    if (made !== undefined) return made.offer;
  }
  throw new Refusal('offer_not_found');
}

/** A page of a conversation's offers, newest first, made since one is in it. */
export function listOffers(
  world: World,
  caller: Person,
  { conversationId, status, cursor, limit }: output<typeof ListOffers>,
): OfferPage {
  const standing = world.standing(caller.id, conversationId);
  const place = cursor === undefined ? Infinity : Number(decodeCursor(cursor, 1)[0]);
  const found = visible(standing)
    .filter(({ offer, seq }) => seq < place && (status === undefined || offer.status === status))
    .toReversed();
  return pageOf(found, { limit, show: ({ offer }) => offer, placeOf: ({ seq }) => [seq] });
}

/** Ends a pending offer whose time is over. */
export function expireOffer(world: World, talk: Talk, made: MadeOffer): void {
  const { status, completedBy } = made.offer;
  if (status === 'pending') changeOffer(world, talk, { made, status: 'expired', completedBy, by: undefined });
}

function makeOffer(world: World, talk: Talk, { clientId, ...draft }: Draft): Offer {
  const now = world.stamp();
  const offer: Offer = {
    ...draft,
    id: world.newId('offer'),
    conversationId: talk.id,
    status: 'pending',
    version: 1,
    completedBy: [],
    createdAt: now,
    updatedAt: now,
  };
  talk.activityAt = now;
  const seq = talk.topic.head + 1;
  const made = { offer, seq, clientId };
  talk.offers.push(made);
  talk.topic.append({ type: 'offer-created', payload: offerCreated(offer) });
  talk.members
    .get(offer.recipientId)
    ?.person.inbox.append({ type: 'new-offer', payload: offerNotice(offer) }, { roomSeq: seq });
  world.offerClock.watch(talk, made);
  return offer;
}

/** Tells the room and the party that did not change it; both, when nobody did. */
function changeOffer(
  world: World,
  talk: Talk,
  {
    made,
    status,
    completedBy,
    by,
  }: Pick<Offer, 'status' | 'completedBy'> & { made: MadeOffer; by: Id | undefined },
): Offer {
  const before = made.offer;
  const now = world.stamp();
  const offer = { ...before, status, completedBy, version: before.version + 1, updatedAt: now };
  made.offer = offer;
  talk.activityAt = now;
  const update = { type: 'offer-update', payload: offerUpdate(offer) } as const;
  const roomSeq = talk.topic.append(update);
  const partyOf = (id: Id) => {
    const member = talk.members.get(id);
    return member !== undefined && member.joinedSeq < made.seq ? member.person : undefined;
  };
  for (const id of [offer.authorId, offer.recipientId]) {
    if (id !== by) partyOf(id)?.inbox.append(update, { roomSeq });
  }
  if (before.status === 'pending' && status === 'accepted') {
    const notice = { type: 'offer-accepted', payload: offerNotice(offer) } as const;
    partyOf(offer.authorId)?.inbox.append(notice, { roomSeq });
  }
  return offer;
}

/** What a counter-offer will be; it is refused before anything has changed. */
function counterTo(
  world: World,
  talk: Talk,
  { offer, counter }: { offer: Offer; counter: Extract<Update, { status: 'countered' }>['counter'] },
): Draft {
  if (!talk.members.has(offer.authorId)) throw new Refusal('user_not_found');
  return {
    ...counterTerms(offer, counter),
    authorId: offer.recipientId,
    recipientId: offer.authorId,
    parentOfferId: offer.id,
    expiresAt: requireFuture(counter.expiresAt, world.now()),
    clientId: counter.clientId,
  };
}

function findOpen(
  world: World,
  caller: Person,
  { conversationId, offerId }: Pick<Update, 'conversationId' | 'offerId'>,
): { talk: Talk; made: MadeOffer } {
  const standing = world.standing(caller.id, conversationId);
  const made = visible(standing).find(({ offer }) => offer.id === offerId);
  if (made === undefined) throw new Refusal('offer_not_found');
  const { expiresAt } = made.offer;
  // Its timer may be a moment late.
  if (expiresAt !== null && expiresAt <= world.now()) expireOffer(world, standing.talk, made);
  return { talk: standing.talk, made };
}

const visible = ({ talk, member }: Standing): MadeOffer[] =>
  talk.offers.filter(({ seq }) => seq > member.joinedSeq);

function findMade(world: World, caller: Person, clientId: string | undefined): Offer | undefined {
  if (clientId === undefined) return undefined;
  const all = [...world.talks.values()].flatMap(({ offers }) => offers);
  return all.find((one) => one.offer.authorId === caller.id && one.clientId === clientId)?.offer;
}

function recipientOf({ members }: Talk, author: Person, asked: Id | undefined): Id {
  if (asked === author.id)
    throw new Refusal('invalid_input', { message: 'An offer is made to someone else' });
  if (asked !== undefined) {
    if (members.has(asked)) return asked;
    throw new Refusal('user_not_found', { message: 'The recipient is not in this conversation' });
  }
  const [other, ...more] = [...members.keys()].filter((id) => id !== author.id);
  if (other === undefined)
    throw new Refusal('user_not_found', { message: 'Nobody else is in this conversation' });
  if (more.length > 0) throw new Refusal('recipient_required');
  return other;
}
