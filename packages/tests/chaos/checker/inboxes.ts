/** Each durable notification comes once, in the order of its conversation, to whom it concerns and to nobody else. */
import type { Id, Offer } from '@parley/contract';

import type { Entry, EntryOf } from '../history.ts';
import { isDurable } from './durable.ts';
import type { AnyEvent, Ledger, Told } from './ledger.ts';
import type { Memberships } from './memberships.ts';
import type { Violation } from './violation.ts';

interface Due {
  least: number;
  most: number;
  cause: Entry[];
}

/** A notification that an event of a room causes; `maybe` where only the server knows whose doing it was. */
interface Notice {
  to: Id;
  key: string;
  maybe?: boolean;
}

export function checkInboxes(ledger: Ledger, memberships: Memberships): Violation[] {
  if (ledger.quietAt === Infinity) return [];
  const due = dueIn(ledger, memberships);
  return ledger.readersOf('inboxes').flatMap(({ opened, values, over }) => {
    if (opened.from > 0 || over !== undefined) return [];
    const got = new Map<string, EntryOf<'value'>[]>();
    for (const value of values) {
      const key = isDurable(value.event) ? keyOf(value.event) : undefined;
      if (key !== undefined) got.set(key, [...(got.get(key) ?? []), value]);
    }
    const expected = due.get(opened.userId) ?? new Map<string, Due>();
    const violations: Violation[] = [];
    for (const [key, { least, most, cause }] of expected) {
      const found = got.get(key) ?? [];
      if (found.length >= least && found.length <= most) continue;
      violations.push({
        harm: found.length < least ? 'lost' : 'doubled',
        what: `${opened.reader} got ${key} ${found.length} times`,
        evidence: [opened, ...cause, ...found],
      });
    }
    for (const [key, [value]] of got) {
      if (expected.has(key) || value === undefined) continue;
      const what = `${opened.reader} got ${key}, which nothing has caused`;
      violations.push({ harm: 'wrong', what, evidence: [opened, value] });
    }
    return [...violations, ...checkOrder(values)];
  });
}

function dueIn(ledger: Ledger, memberships: Memberships): Map<Id, Map<string, Due>> {
  const due = new Map<Id, Map<string, Due>>();
  const add = ({ to, key, maybe = false }: Notice, cause: readonly Entry[]) => {
    const inbox = due.get(to) ?? new Map<string, Due>();
    due.set(to, inbox);
    const before = inbox.get(key) ?? { least: 0, most: 0, cause: [] };
    inbox.set(key, {
      least: before.least + (maybe ? 0 : 1),
      most: before.most + 1,
      cause: [...before.cause, ...cause],
    });
  };
  for (const [conversationId, talk] of ledger.talks) {
    // Its maker knows of it.
    for (const to of talk.members)
      add({ to, key: `conversation-added ${conversationId}`, maybe: true }, [talk]);
    for (const told of ledger.room(conversationId)) {
      const isThere = (userId: Id) => memberships.maySee(conversationId, userId, told.seq);
      const everyone = memberships.everyone(conversationId).filter(isThere);
      for (const notice of noticesOf(told, conversationId, everyone)) add(notice, told.readings.slice(0, 1));
    }
  }
  return due;
}

function noticesOf({ seq, event }: Told, conversationId: Id, everyone: readonly Id[]): Notice[] {
  switch (event.type) {
    case 'message': {
      const { userId } = event.payload;
      const key = `new-message ${conversationId} ${seq}`;
      return everyone.filter((id) => id !== userId).map((to) => ({ to, key }));
    }
    case 'offer-created': {
      const { offer } = event.payload;
      return everyone.includes(offer.recipientId)
        ? [{ to: offer.recipientId, key: `new-offer ${offer.id}` }]
        : [];
    }
    case 'offer-update':
      return noticesOfOffer(event.payload.offer).filter(({ to }) => everyone.includes(to));
    case 'member-added':
      return [{ to: event.payload.userId, key: `conversation-added ${conversationId}` }];
    case 'member-removed':
      return [{ to: event.payload.userId, key: `conversation-removed ${conversationId}` }];
    default:
      return [];
  }
}

/** The other party is told of a change; both are, of what the clock did. */
function noticesOfOffer({ id, version, status, authorId, recipientId, completedBy }: Offer): Notice[] {
  const key = `offer-update ${id} ${version}`;
  switch (status) {
    case 'accepted':
      if (completedBy.length > 0) break;
      return [
        { to: authorId, key },
        { to: authorId, key: `offer-accepted ${id}` },
      ];
    case 'declined':
    case 'countered':
      return [{ to: authorId, key }];
    case 'withdrawn':
      return [{ to: recipientId, key }];
    case 'expired':
      return [
        { to: authorId, key },
        { to: recipientId, key },
      ];
    default:
      break;
  }
  return [
    { to: authorId, key, maybe: true },
    { to: recipientId, key, maybe: true },
  ];
}

/** Undefined for what is not counted here. */
function keyOf(event: AnyEvent): string | undefined {
  switch (event.type) {
    case 'new-message':
      return `new-message ${event.payload.conversationId} ${event.payload.seq}`;
    case 'new-offer':
    case 'offer-accepted':
      return `${event.type} ${event.payload.offerId}`;
    case 'offer-update':
      return `offer-update ${event.payload.offerId} ${event.payload.offer.version}`;
    case 'conversation-added':
    case 'conversation-removed':
      return `${event.type} ${event.payload.conversationId}`;
    default:
      return undefined;
  }
}

function checkOrder(values: readonly EntryOf<'value'>[]): Violation[] {
  const newest = new Map<Id, EntryOf<'value'>>();
  return values.flatMap((value): Violation[] => {
    if (value.event.type !== 'new-message') return [];
    const { conversationId, seq } = value.event.payload;
    const before = newest.get(conversationId);
    newest.set(conversationId, value);
    if (before?.event.type !== 'new-message' || before.event.payload.seq <= seq) return [];
    const what = `${value.reader} got message ${before.event.payload.seq} of a conversation before ${seq}`;
    return [{ harm: 'out of order', what, evidence: [before, value] }];
  });
}
