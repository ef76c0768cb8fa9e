import type { Offer } from '@parley/client';

import type { RoomPerson } from '../room/room-state.ts';
import { useParley } from '../session/client-context.ts';
import { nameIn } from '../talks/names.ts';
import { clockTime, exactTime } from '../ui/time.ts';
import { outcomeText } from './offer-status.ts';

/** Where something became of an offer; leads back to it. */
export function OfferOutcome({ people, offer }: { people: readonly RoomPerson[]; offer: Offer }) {
  const { me } = useParley();
  const { id, status, updatedAt } = offer;
  const text = outcomeText(offer, (userId) => (userId === me.id ? 'You' : nameIn(people, userId)));
  return (
    <p className={`outcome outcome-${status}`}>
      <button type="button" className="outcome-text" onClick={() => scrollToCard(id)}>
        {text}
      </button>
      <time dateTime={updatedAt.toISOString()} title={exactTime(updatedAt)}>
        {clockTime(updatedAt)}
      </time>
    </p>
  );
}

function scrollToCard(offerId: string): void {
  document.getElementById(`card-${offerId}`)?.scrollIntoView({ block: 'center', behavior: 'smooth' });
}
