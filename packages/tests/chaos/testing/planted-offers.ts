/** Offers that go a way which no offer goes. */
import type { Entry } from '../history.ts';
import { isValue, lastAt, type Planted } from './plant.ts';

export const PLANTED_OFFERS: Planted[] = [
  [
    'an offer with two ends',
    'wrong',
    /went from declined to cancelled/,
    (entries) => changeOffers(entries, (status) => (status === 'accepted' ? 'declined' : status)),
  ],
  [
    'an offer without an end',
    'wrong',
    /is accepted at the end, which is no end/,
    (entries) => changeOffers(entries, (status) => (status === 'cancelled' ? 'accepted' : status)),
  ],
  [
    'two winners of one offer',
    'wrong',
    /two won offer offer-1: accepted and declined/,
    (entries) => {
      const accepted = acceptance(entries);
      const offers = [{ ...accepted.offer, status: 'declined' as const }];
      entries.push(
        { ...accepted.call, call: 902, operation: { ...accepted.call.operation, status: 'declined' } },
        { kind: 'outcome', call: 902, outcome: { status: 'done', offers }, at: lastAt(entries) },
      );
    },
  ],
  [
    'an acceptance of a version that its acceptor had not seen',
    'wrong',
    /became accepted as version 2 .* had seen nothing of it/,
    (entries) => (acceptance(entries).call.operation.version = 7),
  ],
  [
    'an acceptance of other terms than those that were seen',
    'wrong',
    /the terms of offer offer-1 changed/,
    (entries) => {
      for (const entry of entries.filter(isValue))
        if (entry.event.type === 'offer-update') entry.event.payload.offer.amount = 5;
    },
  ],
  [
    'an acceptance that was acknowledged and not told',
    'lost',
    /was acknowledged as accepted \(2\), and readers were told declined/,
    (entries) => changeOffers(entries, (status) => (status === 'accepted' ? 'declined' : status)),
  ],
];

function changeOffers(entries: Entry[], change: (status: 'accepted' | 'cancelled' | string) => string): void {
  for (const { event } of entries.filter(isValue)) {
    if (event.type !== 'offer-update') continue;
    Object.assign(event.payload.offer, { status: change(event.payload.offer.status) });
  }
}

function acceptance(entries: readonly Entry[]) {
  for (const entry of entries) {
    if (entry.kind !== 'call' || entry.operation.type !== 'answer-offer') continue;
    const ended = entries.find((other) => other.kind === 'outcome' && other.call === entry.call);
    if (ended?.kind !== 'outcome' || ended.outcome.status !== 'done') continue;
    const [offer] = ended.outcome.offers ?? [];
    if (offer !== undefined) return { call: { ...entry, operation: entry.operation }, offer };
  }
  throw new Error('nothing was accepted');
}
