/** Inboxes, and what is there at the end. */
import type { Entry } from '../history.ts';
import {
  insertAfter,
  isValue,
  lastAt,
  payloadOf,
  remove,
  valueOf,
  type Planted,
  type Value,
} from './plant.ts';

export const PLANTED_ENDS: Planted[] = [
  [
    'a notification that is missing',
    'lost',
    /ben\/inbox got new-offer offer-1 0 times/,
    (entries) => {
      const value = valueOf(entries, 'ben/inbox', 'new-offer');
      value.event = { type: 'conversation-added', payload: addedTo('another') };
    },
  ],
  [
    'a notification that comes twice',
    'doubled',
    /ben\/inbox got new-message room 1 2 times/,
    (entries) => {
      const value = valueOf(entries, 'ben/inbox', 'new-offer');
      value.event = valueOf(entries, 'ben/inbox', 'new-message').event;
    },
  ],
  [
    'a notification without a cause',
    'wrong',
    /ben\/inbox got new-offer offer-9, which nothing has caused/,
    (entries) => (payloadOf(valueOf(entries, 'ben/inbox', 'new-offer'), 'new-offer').offerId = 'offer-9'),
  ],
  [
    'notifications in another order than their messages',
    'out of order',
    /got message 13 of a conversation before 9/,
    (entries) => {
      const all = entries.filter(isValue).filter(({ reader, event }) => {
        return reader === 'ben/inbox' && event.type === 'new-message';
      });
      const [first, last] = [all[0], all.at(-1)];
      if (first === undefined || last === undefined) throw new Error('there are too few');
      [first.event, last.event] = [last.event, first.event];
    },
  ],
  [
    'a message that the list lacks',
    'lost',
    /message message-2 was told and is not in the list/,
    (entries) => changeLists(entries, ({ id }) => id !== 'message-2'),
  ],
  [
    'a list in another order',
    'out of order',
    /not in order/,
    (entries) => {
      for (const entry of entries) if (entry.kind === 'final') entry.messages = entry.messages.toReversed();
    },
  ],
  [
    'an offer that is listed otherwise than it was told',
    'wrong',
    /is pending for ana, and was told as cancelled/,
    (entries) => {
      for (const entry of entries)
        if (entry.kind === 'final')
          entry.offers = entry.offers.map((offer) => ({ ...offer, status: 'pending' }));
    },
  ],
  [
    'a head that no reader was told of',
    'lost',
    /has the head 14, and readers were told up to 13/,
    (entries) => {
      for (const entry of entries) if (entry.kind === 'final') entry.conversation.headSeq = 14;
    },
  ],
  [
    'a participant whom nobody was told of',
    'wrong',
    /has ana, ben, and readers were told of ana, ben, dan/,
    (entries) => {
      for (const entry of entries) {
        if (entry.kind !== 'final') continue;
        const { conversation } = entry;
        conversation.participants = conversation.participants.filter(({ user }) => user.id !== 'dan');
      }
    },
  ],
  [
    'typing that does not stop',
    'wrong',
    /ben\/room saw ana write for \d+ ms after the last sign/,
    (entries) => {
      for (const reader of ['ben/room', 'cleo/room']) remove(entries, valueOf(entries, reader, 'typing', 1));
      const joined = valueOf(entries, 'ben/room', 'joined');
      for (const entry of entries) if (entry.at >= joined.at - 5) entry.at += 20_000;
    },
  ],
  [
    'typing that is told too often',
    'wrong',
    /ben\/room was told twice in 400 ms whether ana writes/,
    (entries) => {
      const [begun, ended] = [
        valueOf(entries, 'ben/room', 'typing'),
        valueOf(entries, 'ben/room', 'typing', 1),
      ];
      ended.at = begun.at + 400;
    },
  ],
  [
    'presence that is told twice',
    'doubled',
    /ana\/room was told twice that ben is online/,
    (entries) => {
      const value = valueOf(entries, 'ana/room', 'read');
      const payload = { userId: 'ben', online: true, lastSeenAt: null };
      const told: Value = { ...value, event: { type: 'presence', payload } };
      insertAfter(entries, value, told);
      insertAfter(entries, value, { ...told });
    },
  ],
  [
    'somebody who is online long after leaving',
    'wrong',
    /ben is still online 41000 ms after leaving/,
    (entries) => {
      const at = lastAt(entries);
      entries.push(
        { kind: 'devices', userId: 'ben', connected: false, at },
        { kind: 'seen', userId: 'ben', online: true, at: at + 41_000 },
      );
    },
  ],
  [
    'somebody who is there and is not online',
    'wrong',
    /ben is connected and not online/,
    (entries) => {
      const at = lastAt(entries);
      entries.push(
        { kind: 'devices', userId: 'ben', connected: true, at },
        { kind: 'seen', userId: 'ben', online: false, at: at + 1000 },
      );
    },
  ],
];

function changeLists(entries: Entry[], keep: (message: { id: string }) => boolean): void {
  for (const entry of entries) if (entry.kind === 'final') entry.messages = entry.messages.filter(keep);
}

const addedTo = (conversationId: string) => ({
  conversationId,
  kind: 'group' as const,
  title: null,
  subject: null,
  addedBy: 'ana',
  addedAt: new Date(0),
});
