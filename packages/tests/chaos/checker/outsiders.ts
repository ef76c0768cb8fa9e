/** Nobody is told of a conversation while they are no participant, nor what was written then. */
import type { EntryOf } from '../history.ts';
import { isDurable } from './durable.ts';
import type { Ledger } from './ledger.ts';
import type { Memberships } from './memberships.ts';
import type { Violation } from './violation.ts';
import { isBlank, isOfBefore } from './withheld.ts';

export function checkOutsiders(ledger: Ledger, memberships: Memberships): Violation[] {
  const rooms = ledger.readersOf('rooms').flatMap(({ opened, values }) => {
    const { source, userId } = opened;
    if (source === 'inbox') return [];
    return values.flatMap((value): Violation[] => {
      const seq = Number(value.id);
      if (isDurable(value.event)) {
        const isKept = isOfBefore(ledger, memberships, value) && !isBlank(value.event);
        if (memberships.maySee(source.room, userId, seq) && !isKept) return [];
      } else {
        // Of an ephemeral event nothing is known but what it follows, how far a watermark has moved, and where a
        // subscription has found the conversation.
        const { event } = value;
        const isMark = event.type === 'read' || event.type === 'delivered';
        const after = event.type === 'joined' ? event.payload.headSeq : seq;
        const reach = isMark ? Math.max(event.payload.seq, seq) : after;
        const stays = memberships.stays(source.room, userId);
        if (stays.some(({ from, to }) => from <= after + 1 && reach <= to)) return [];
      }
      return [leak(ledger, { value, userId, conversationId: source.room, seq })];
    });
  });
  const inboxes = ledger.readersOf('inboxes').flatMap(({ opened, values }) =>
    values.flatMap((value): Violation[] => {
      const { event } = value;
      if (event.type !== 'new-message') return [];
      const { conversationId, seq } = event.payload;
      if (memberships.maySee(conversationId, opened.userId, seq)) return [];
      return [leak(ledger, { value, userId: opened.userId, conversationId, seq })];
    }),
  );
  const signs = ledger.readersOf('inboxes').flatMap(({ opened: { userId }, values }) =>
    values.flatMap((value, index): Violation[] => {
      if (value.event.type !== 'typing') return [];
      const { conversationId } = value.event.payload;
      const isChange = ({ event: { type, payload } }: EntryOf<'value'>) =>
        (type === 'conversation-added' || type === 'conversation-removed') &&
        payload.conversationId === conversationId;
      const last = values.slice(0, index).findLast(isChange);
      // Somebody who is added again may be told of it after the first sign.
      if (last?.event.type !== 'conversation-removed' || values.slice(index).some(isChange)) return [];
      return [leak(ledger, { value, userId, conversationId, seq: Number(value.id) })];
    }),
  );
  return [...rooms, ...inboxes, ...signs];
}

function leak(
  ledger: Ledger,
  {
    value,
    userId,
    conversationId,
    seq,
  }: { value: EntryOf<'value'>; userId: string; conversationId: string; seq: number },
): Violation {
  const changes = ledger
    .room(conversationId)
    .filter(
      ({ event }) =>
        (event.type === 'member-added' || event.type === 'member-removed') && event.payload.userId === userId,
    )
    .flatMap(({ readings }) => readings.slice(0, 1));
  const talk = ledger.talks.get(conversationId);
  return {
    harm: 'leaked',
    what: `${ledger.nameOf(userId)} was told ${value.event.type} at ${seq} while no participant`,
    evidence: [...(talk === undefined ? [] : [talk]), ...changes, value],
  };
}
