/** Makes an offer and what became of it by the rules of everyone's, and then lets it have been so long ago. */
import type { Services } from '../core/services.ts';
import { OfferClock } from '../domains/offers/expiry.ts';
import { createOffer, updateOffer } from '../domains/offers/offers.ts';
import type { Place } from './lines.ts';
import type { People } from './people.ts';
import type { Answer, Deal } from './talks/talk.ts';

/** What was written in the last moment is what is to be dated back: nothing else of the demo is so new. */
const MOMENT_MS = 60_000;

export async function strike(
  services: Services,
  people: People,
  { deal, ...place }: Place & { deal: Deal },
): Promise<void> {
  const { conversationId, at } = place;
  const { from, to, hoursAgo, title, terms, amount, currency, expiresInHours, answers = [] } = deal;
  const isOver = expiresInHours !== undefined && expiresInHours < 0;
  const expiresAt = expiresInHours === undefined ? undefined : at(-Math.abs(expiresInHours));
  const input = { conversationId, title, terms, amount, currency, expiresAt, recipientId: people[to].id };
  const { offer } = await createOffer(services, people[from], input);
  await dateBack(services, at(hoursAgo));
  if (isOver) {
    const end = at(-expiresInHours);
    await services.db.offer.update({ where: { id: offer.id }, data: { expiresAt: end } });
    await using clock = new OfferClock(services);
    await clock.sweep();
    await dateBack(services, end);
  }
  let offerId = offer.id;
  for (const answer of answers) {
    offerId = await give(services, people, { answer, offerId, conversationId });
    await dateBack(services, at(answer.hoursAgo));
  }
}

/** @returns the offer that stands after it */
async function give(
  services: Services,
  people: People,
  { answer, ...of }: { answer: Answer; offerId: string; conversationId: string },
): Promise<string> {
  const caller = people[answer.by];
  if (answer.status !== 'countered') {
    await updateOffer(services, caller, { ...of, status: answer.status });
    return of.offerId;
  }
  const { status, terms, amount } = answer;
  const { counterOffer } = await updateOffer(services, caller, { ...of, status, counter: { terms, amount } });
  if (counterOffer === undefined) throw new Error('a counter-offer takes the place of what it counters');
  return counterOffer.id;
}

/** What the log tells keeps its time: nobody has followed a talk of the demo before. */
async function dateBack({ db }: Services, time: Date): Promise<void> {
  const since = new Date(Date.now() - MOMENT_MS);
  await db.offer.updateMany({ where: { createdAt: { gte: since } }, data: { createdAt: time } });
  await db.offer.updateMany({ where: { updatedAt: { gte: since } }, data: { updatedAt: time } });
}
