/**
 * An offer goes its one way: from pending to one end, with no two winners; who accepted had seen the terms; and what
 * was acknowledged is what happened.
 */
import type { Id, Offer, OfferStatus } from '@parley/contract';

import type { Entry, EntryOf } from '../history.ts';
import type { Call, Ledger, Told } from './ledger.ts';
import type { Memberships } from './memberships.ts';
import type { Violation } from './violation.ts';
import { isBlank, isOfBefore } from './withheld.ts';

const NEXT: Record<OfferStatus, readonly OfferStatus[]> = {
  pending: ['accepted', 'declined', 'withdrawn', 'countered', 'expired'],
  // Of two confirmations the first leaves it accepted.
  accepted: ['accepted', 'completed', 'cancelled'],
  declined: [],
  withdrawn: [],
  countered: [],
  expired: [],
  completed: [],
  cancelled: [],
};

interface Step {
  told: Told;
  offer: Offer;
}

export function checkOffers(ledger: Ledger, memberships: Memberships): Violation[] {
  const lives = livesOf(ledger);
  const seen = new Sight(ledger);
  return [
    ...[...lives.values()].flatMap((steps) => [
      ...checkLife(steps, { ledger, memberships }),
      ...checkEnd(steps, { ledger, memberships }),
    ]),
    ...checkWinners(ledger, lives),
    ...ledger.callsOf('answer-offer').flatMap((call) => checkSight(seen, call)),
    ...checkMade(ledger, lives),
  ];
}

function livesOf(ledger: Ledger): Map<Id, Step[]> {
  const lives = new Map<Id, Step[]>();
  for (const conversationId of ledger.talks.keys()) {
    for (const told of ledger.room(conversationId)) {
      const { event } = told;
      if (event.type !== 'offer-created' && event.type !== 'offer-update') continue;
      const { offer } = event.payload;
      lives.set(offer.id, [...(lives.get(offer.id) ?? []), { told, offer }]);
    }
  }
  return lives;
}

interface Known {
  ledger: Ledger;
  memberships: Memberships;
}

function checkLife(steps: Step[], { ledger, memberships }: Known): Violation[] {
  const violations: Violation[] = [];
  /** The terms as they were told last. */
  let terms: string | undefined;
  for (const [index, { told, offer }] of steps.entries()) {
    const before = steps[index - 1];
    const termsBefore = terms;
    const isWithheld = told.readings.every(
      (value) => isBlank(value.event) && isOfBefore(ledger, memberships, value),
    );
    if (!isWithheld) terms = termsOf(offer);
    const evidence = [...(before?.told.readings.slice(0, 1) ?? []), ...told.readings.slice(0, 1)];
    if (before === undefined) {
      if (told.event.type === 'offer-created' && offer.status !== 'pending')
        violations.push({ harm: 'wrong', what: `offer ${offer.id} was made ${offer.status}`, evidence });
      continue;
    }
    if (!NEXT[before.offer.status].includes(offer.status)) {
      const what = `offer ${offer.id} went from ${before.offer.status} to ${offer.status}`;
      violations.push({ harm: 'wrong', what, evidence });
    }
    if (offer.version !== before.offer.version + 1) {
      const what = `offer ${offer.id} went from version ${before.offer.version} to ${offer.version}`;
      violations.push({ harm: 'wrong', what, evidence });
    }
    if (termsBefore !== undefined && terms !== termsBefore) {
      const what = `the terms of offer ${offer.id} changed from ${termsBefore} to ${terms}`;
      violations.push({ harm: 'wrong', what, evidence });
    }
  }
  return violations;
}

/** As long as one of its parties is there to end it. */
function checkEnd(steps: Step[], { ledger, memberships }: Known): Violation[] {
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined || ledger.quietAt === Infinity) return [];
  const { told, offer } = last;
  if (NEXT[offer.status].length === 0) return [];
  const isThere = [offer.authorId, offer.recipientId].some((userId) =>
    memberships
      .stays(offer.conversationId, userId)
      .some(({ from, to }) => from <= first.told.seq && to === Infinity),
  );
  if (!isThere) return [];
  const what = `offer ${offer.id} is ${offer.status} at the end, which is no end`;
  return [{ harm: 'wrong', what, evidence: told.readings.slice(0, 1) }];
}

/** Each acknowledged answer has its step, and no step has two. */
function checkWinners(ledger: Ledger, lives: ReadonlyMap<Id, Step[]>): Violation[] {
  const winners = new Map<string, Call<'answer-offer'>>();
  const violations: Violation[] = [];
  for (const call of ledger.callsOf('answer-offer')) {
    const offer = answered(call);
    if (offer === undefined || call.ended === undefined) continue;
    const evidence: Entry[] = [call.begun, call.ended];
    const step = lives.get(offer.id)?.find((one) => one.offer.version === offer.version);
    if (lives.has(offer.id) && step?.offer.status !== offer.status) {
      violations.push({
        harm: 'lost',
        what: `offer ${offer.id} was acknowledged as ${offer.status} (${offer.version}), and readers were told ${step?.offer.status ?? 'nothing'}`,
        evidence: [...evidence, ...(step?.told.readings.slice(0, 1) ?? [])],
      });
    }
    // The second confirmation of one's own completion changes nothing and is answered with the same version.
    if (call.operation.status === 'completed') continue;
    const key = `${offer.id} ${offer.version}`;
    const other = winners.get(key);
    winners.set(key, call);
    if (other?.ended === undefined) continue;
    violations.push({
      harm: 'wrong',
      what: `two won offer ${offer.id}: ${other.operation.status} and ${call.operation.status}`,
      evidence: [other.begun, other.ended, ...evidence],
    });
  }
  return violations;
}

function answered({ operation, ended }: Call<'answer-offer'>): Offer | undefined {
  if (ended?.outcome.status !== 'done') return undefined;
  return ended.outcome.offers?.find(({ id }) => id === operation.offerId);
}

/** What each person has seen of each offer, and when. */
class Sight {
  readonly #first = new Map<string, { entry: Entry; offer: Offer }>();

  constructor(ledger: Ledger) {
    const callers = new Map(ledger.calls.map(({ begun }) => [begun.call, begun.userId]));
    for (const entry of ledger.entries) {
      if (entry.kind === 'value') {
        const offer = offerIn(entry);
        const reader = ledger.readers.get(entry.reader);
        if (offer !== undefined && reader !== undefined) this.#saw(reader.opened.userId, offer, entry);
      } else if (entry.kind === 'outcome' && entry.outcome.status === 'done') {
        const userId = callers.get(entry.call);
        for (const offer of entry.outcome.offers ?? [])
          if (userId !== undefined) this.#saw(userId, offer, entry);
      }
    }
  }

  of(userId: Id, offerId: Id, version: number): { entry: Entry; offer: Offer } | undefined {
    return this.#first.get(`${userId} ${offerId} ${version}`);
  }

  #saw(userId: Id, offer: Offer, entry: Entry): void {
    // An inbox keeps no terms of a conversation that its person has left.
    if (offer.terms === '') return;
    const key = `${userId} ${offer.id} ${offer.version}`;
    if (!this.#first.has(key)) this.#first.set(key, { entry, offer });
  }
}

function offerIn({ event }: EntryOf<'value'>): Offer | undefined {
  switch (event.type) {
    case 'offer-created':
    case 'offer-update':
    case 'new-offer':
    case 'offer-accepted':
      return event.payload.offer;
    default:
      return undefined;
  }
}

/** An answer that was taken was to the version that its caller had seen, and so to these terms. */
function checkSight(seen: Sight, call: Call<'answer-offer'>): Violation[] {
  const { begun, operation, ended } = call;
  const offer = answered(call);
  if (offer === undefined || ended === undefined || operation.status === 'completed') return [];
  const sight = seen.of(begun.userId, operation.offerId, operation.version);
  const isSeen = sight !== undefined && sight.entry.at <= begun.at;
  if (isSeen && offer.version === operation.version + 1 && termsOf(sight.offer) === termsOf(offer)) return [];
  const evidence = [...(sight === undefined ? [] : [sight.entry]), begun, ended];
  const saw = isSeen ? `version ${operation.version} with ${termsOf(sight.offer)}` : 'nothing of it';
  const what = `offer ${offer.id} became ${offer.status} as version ${offer.version} with ${termsOf(offer)}; its caller had seen ${saw}`;
  return [{ harm: 'wrong', what, evidence }];
}

/** One offer for each `clientId`, where readers were told of it. */
function checkMade(ledger: Ledger, lives: ReadonlyMap<Id, Step[]>): Violation[] {
  const made = new Map<string, { id: Id; ended: Entry }>();
  return ledger.callsOf('offer').flatMap(({ begun, operation, ended }): Violation[] => {
    if (ended?.outcome.status !== 'done') return [];
    const [offer] = ended.outcome.offers ?? [];
    if (offer === undefined) return [];
    const key = `${begun.userId} ${operation.clientId}`;
    const other = made.get(key);
    made.set(key, { id: offer.id, ended });
    if (other !== undefined && other.id !== offer.id) {
      const what = `one offer (${operation.clientId}) became ${other.id} and ${offer.id}`;
      return [{ harm: 'doubled', what, evidence: [begun, other.ended, ended] }];
    }
    if (ledger.quietAt === Infinity || lives.has(offer.id)) return [];
    return [{ harm: 'lost', what: `nobody was told of offer ${offer.id}`, evidence: [begun, ended] }];
  });
}

function termsOf({ title, terms, amount, currency, authorId, recipientId }: Offer): string {
  return JSON.stringify({ title, terms, amount, currency, authorId, recipientId });
}
