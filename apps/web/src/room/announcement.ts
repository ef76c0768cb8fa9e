import type { ParticipantView, RoomEvents } from '@parley/client';

import { outcomeText } from '../offers/offer-status.ts';
import { priceText } from '../offers/price.ts';
import { nameIn } from '../talks/names.ts';

type Told = 'message' | 'offer-created' | 'offer-update';
export type Announced = { [Type in Told]: { readonly type: Type; readonly payload: RoomEvents[Type] } }[Told];

interface Listener {
  myId: string;
  participants: readonly ParticipantView[];
}

/** What is read out when it comes into an open room; null for what one has done oneself. */
export function announce(event: Announced, { myId, participants }: Listener): string | null {
  const name = (userId: string) => (userId === myId ? 'You' : nameIn(participants, userId));
  switch (event.type) {
    case 'message': {
      const { userId, content } = event.payload;
      return userId === myId ? null : `${name(userId)}: ${content || 'Attachment'}`;
    }
    case 'offer-created': {
      const { offer } = event.payload;
      return offer.authorId === myId
        ? null
        : `New offer of ${name(offer.authorId)}: ${offer.title}, ${priceText(offer)}`;
    }
    case 'offer-update':
      return outcomeText(event.payload.offer, name);
    default:
      return event satisfies never;
  }
}
