import { INBOX_EVENTS, ROOM_EVENTS } from '@parley/contract/schemas';
import { expect, it } from 'vitest';

import { roomTopic } from '../../core/topics.ts';
import { OfferClock } from './expiry.ts';
import { offerReplay } from './replay.ts';
import { describeTrade } from './testing/describe-trade.ts';
import { listen } from './testing/talk.ts';

const HOUR = 3_600_000;

describeTrade('offer replay', ({ services, talk, trade, inbox, stored }) => {
  it('gives every event exactly as it was sent, whatever came later', async () => {
    const topics = [roomTopic(talk.id), ...[talk.author, talk.recipient, talk.third].map(inbox)];
    const live = await listen(services, topics);
    const short = await trade.make({ expiresAt: new Date(Date.now() + 6_000) });
    const done = await trade.make({ clientId: 'done', expiresAt: new Date(Date.now() + HOUR) });
    await trade.update(talk.recipient, done.id, 'accepted');
    await trade.update(talk.recipient, done.id, 'completed');
    await trade.update(talk.author, done.id, 'completed');
    const haggled = await trade.make();
    const { counterOffer: counter } = await trade.update(talk.recipient, haggled.id, 'countered', {
      counter: { amount: 1 },
    });
    const { counterOffer: barter } = await trade.update(talk.author, counter?.id ?? '', 'countered', {
      counter: { amount: null },
    });
    await trade.update(talk.recipient, barter?.id ?? '', 'accepted');
    await trade.update(talk.author, barter?.id ?? '', 'cancelled');
    await trade.update(talk.recipient, (await trade.make()).id, 'declined');
    await trade.update(talk.author, (await trade.make()).id, 'withdrawn');
    await using clock = new OfferClock(services);
    await expect
      .poll(async () => (await clock.sweep(), await stored(short.id)).status, { timeout: 30_000 })
      .toBe('expired');

    const heard = await live.all();
    const seen = new Set<string>();
    for (const [topic, events] of heard) {
      expect(await services.eventLog.read(topic, 0, 200)).toEqual(events);
      const room = topic === roomTopic(talk.id);
      for (const { event } of events) {
        seen.add(`${room ? 'room' : 'inbox'}:${event.type}`);
        const { payload } = room
          ? ROOM_EVENTS[event.type as keyof typeof ROOM_EVENTS]
          : INBOX_EVENTS[event.type as keyof typeof INBOX_EVENTS];
        expect(payload.parse(event.payload)).toEqual(event.payload);
      }
    }
    expect([...seen].toSorted()).toEqual([...offerReplay.types].toSorted());
    expect(heard.get(inbox(talk.third))).toEqual([]);
  });

  it('keeps text out of the log', async () => {
    const offer = await trade.make({ title: 'A secret title', terms: 'Secret terms' });
    await trade.update(talk.recipient, offer.id, 'countered', { counter: { terms: 'More secret' } });
    const refs = (await services.db.logEntry.findMany()).map((entry) => entry.refs);
    expect(JSON.stringify(refs)).toContain(offer.id);
    expect(JSON.stringify(refs)).not.toMatch(/secret/i);
  });
});
