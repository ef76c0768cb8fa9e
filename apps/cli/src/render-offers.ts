/** What people see of offers. Pure. */
import type { Offer, OfferStatus } from '@parley/client';

import { formatMoment } from './moments.ts';
import { formatMoney } from './money.ts';
import { plain, plainLines } from './plain.ts';
import { INDENT } from './render.ts';
import { nameOf, type View } from './view.ts';

/** Two lines or more: who offers what to whom and how it stands; its terms. */
export function renderOffer(view: View, offer: Offer): string {
  const { style, offerLabel, now, timeZone } = view;
  const parties = `${nameOf(view, offer.authorId)} → ${nameOf(view, offer.recipientId)}`;
  const until =
    offer.status === 'pending' && offer.expiresAt !== null
      ? style.dim(`, until ${formatMoment(offer.expiresAt, now, timeZone)}`)
      : '';
  const head = `${style.bold(offerLabel(offer.id))}  ${subjectOf(view, offer)}  ${parties}  ${standing(view, offer)}${until}`;
  const origin =
    offer.parentOfferId === null ? [] : [style.dim(`answers ${offerLabel(offer.parentOfferId)}`)];
  return [head, ...[...plainLines(offer.terms), ...origin].map((line) => INDENT + line)].join('\n');
}

/** An offer that has just been made. */
export function renderNewOffer(view: View, offer: Offer): string {
  const { me, style, offerLabel } = view;
  const parties = `${nameOf(view, offer.authorId)} ${offer.authorId === me ? 'offer' : 'offers'} ${nameOf(view, offer.recipientId)}`;
  const origin =
    offer.parentOfferId === null
      ? ''
      : style.dim(` in answer to ${offerLabel(offer.parentOfferId) || 'another'}`);
  const head = `${style.yellow('⇄')} ${parties} ${labelled(view, offer)}${origin}`;
  return [head, ...plainLines(offer.terms).map((line) => INDENT + line)].join('\n');
}

/** An offer of which the standing has changed. */
export function renderOfferUpdate(view: View, offer: Offer): string {
  return `${view.style.yellow('⇄')} ${labelled(view, offer)} is now ${standing(view, offer)}`;
}

function labelled(view: View, offer: Offer): string {
  const label = view.offerLabel(offer.id);
  return `${label === '' ? '' : `${view.style.bold(label)} `}${subjectOf(view, offer)}`;
}

function subjectOf({ style }: View, { title, amount, currency }: Offer): string {
  const price =
    amount === null || currency === null ? '' : ` for ${style.bold(formatMoney({ amount, currency }))}`;
  return `${plain(title)}${price}`;
}

/** `accepted`, and by whom its completion is confirmed. */
function standing(view: View, { status, completedBy }: Offer): string {
  const word = PAINT[status](view)(status);
  if (status !== 'accepted' || completedBy.length === 0) return word;
  return `${word}, completed for ${completedBy.map((id) => nameOf(view, id)).join(', ')}`;
}

const dim = ({ style }: View) => style.dim;
const PAINT: Record<OfferStatus, (view: View) => (text: string) => string> = {
  pending: ({ style }) => style.yellow,
  accepted: ({ style }) => style.green,
  completed: ({ style }) => style.green,
  declined: ({ style }) => style.red,
  withdrawn: dim,
  countered: dim,
  expired: dim,
  cancelled: dim,
};
