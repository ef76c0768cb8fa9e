import type { Offer } from '@parley/client';

import type { Room } from '../room/use-room.ts';
import { useParley } from '../session/client-context.ts';
import { nameIn } from '../talks/names.ts';
import { Icon } from '../ui/icon.tsx';
import { LinkedText } from '../ui/linked-text.tsx';
import { clockTime, exactTime, fromNow } from '../ui/time.ts';
import { useNow } from '../ui/use-now.ts';
import { formatAmount } from './money.ts';
import { OfferAnswers } from './offer-answers.tsx';
import { STATUS_TEXTS } from './offer-status.ts';

interface OfferCardProps {
  room: Room;
  offer: Offer;
  onCounter: () => void;
}

export function OfferCard({ room, offer, onCounter }: OfferCardProps) {
  const { me } = useParley();
  const { title, terms, amount, currency, status, createdAt, expiresAt, parentOfferId } = offer;
  const who = (id: string) => (id === me.id ? 'you' : nameIn(room.people, id));
  const headingId = `offer-${offer.id}`;
  return (
    <article className={`offer offer-${status}`} aria-labelledby={headingId} id={`card-${offer.id}`}>
      <header className="offer-head">
        <Icon name="offer" />
        <span className="offer-kind">
          {parentOfferId === null ? 'Offer' : 'Counter-offer'} from {who(offer.authorId)} to{' '}
          {who(offer.recipientId)}
        </span>
        <span className="offer-status">{STATUS_TEXTS[status]}</span>
      </header>
      <h2 id={headingId}>{title}</h2>
      <p className="offer-price">
        {amount === null || currency === null ? 'Barter' : formatAmount(amount, currency)}
      </p>
      <p className="offer-terms">
        <LinkedText text={terms} />
      </p>
      <p className="offer-foot">
        {status === 'pending' && expiresAt !== null && <Expiry at={expiresAt} />}
        <time dateTime={createdAt.toISOString()} title={exactTime(createdAt)}>
          {clockTime(createdAt)}
        </time>
      </p>
      <OfferAnswers room={room} offer={offer} onCounter={onCounter} />
    </article>
  );
}

function Expiry({ at }: { at: Date }) {
  const now = useNow();
  return (
    <span className="offer-expiry" title={exactTime(at)}>
      <Icon name="clock" />
      {at > now ? `Expires ${fromNow(at, now)}` : 'Expires now'}
    </span>
  );
}
