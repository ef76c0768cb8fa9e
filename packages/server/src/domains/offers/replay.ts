import type { Offer } from '@parley/contract';

import type { AnyEvent } from '../../core/event.ts';
import type { LogEntry, Replay } from '../../core/log.ts';
import { replayKey } from '../../core/log.ts';
import { offerAsOf, offerCreated, offerNotice, offerUpdate } from './events.ts';
import { offersById } from './store.ts';

const EVENTS: Record<string, (offer: Offer) => AnyEvent> = {
  'room:offer-created': (offer) => ({ type: 'offer-created', payload: offerCreated(offer) }),
  'room:offer-update': (offer) => ({ type: 'offer-update', payload: offerUpdate(offer) }),
  'inbox:new-offer': (offer) => ({ type: 'new-offer', payload: offerNotice(offer) }),
  'inbox:offer-update': (offer) => ({ type: 'offer-update', payload: offerUpdate(offer) }),
  'inbox:offer-accepted': (offer) => ({ type: 'offer-accepted', payload: offerNotice(offer) }),
};

/** Gives every event of an offer exactly as it was sent, whatever has become of the offer since. */
export const offerReplay: Replay = {
  types: Object.keys(EVENTS),
  async events(db, entries) {
    const idOf = (entry: LogEntry) => String(entry.refs['offerId']);
    const offers = await offersById(db, [...new Set(entries.map(idOf))]);
    const events = new Map<LogEntry, AnyEvent>();
    for (const entry of entries) {
      const offer = offers.get(idOf(entry));
      const event = EVENTS[replayKey(entry.topic, entry.type)];
      if (offer !== undefined && event !== undefined) events.set(entry, event(offerAsOf(offer, entry)));
    }
    return events;
  },
};
