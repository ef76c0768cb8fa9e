/** Watermarks only ever go forward, whoever tells of them, and end where they were last acknowledged. */
import type { Id, Seq } from '@parley/contract';

import type { EntryOf } from '../history.ts';
import type { AnyEvent, Ledger } from './ledger.ts';
import type { Violation } from './violation.ts';

export function checkWatermarks(ledger: Ledger): Violation[] {
  return [...checkReaders(ledger), ...checkFinals(ledger)];
}

function checkReaders(ledger: Ledger): Violation[] {
  const violations: Violation[] = [];
  for (const { values } of ledger.readers.values()) {
    const furthest = new Map<string, { seq: Seq; value: EntryOf<'value'> }>();
    for (const value of values) {
      for (const { what, conversationId, userId, seq } of watermarksIn(value.event)) {
        const key = `${what} ${conversationId} ${userId}`;
        const before = furthest.get(key);
        const isNew =
          before !== undefined && cameAgain(ledger, { conversationId, userId }, before.value, value);
        if (before === undefined || seq >= before.seq || isNew) {
          furthest.set(key, { seq, value });
          continue;
        }
        violations.push({
          harm: 'wrong',
          what: `${value.reader} saw the ${what} watermark of ${ledger.nameOf(userId)} go from ${before.seq} back to ${seq}`,
          evidence: [before.value, value],
        });
      }
    }
  }
  return violations;
}

/**
 * Whether someone became a participant again between two values: their watermarks then begin anew. A greeting is read
 * after its head, so that it may know of an addition, asked for by then, that follows it.
 */
function cameAgain(
  ledger: Ledger,
  { conversationId, userId }: { conversationId: Id; userId: Id },
  before: EntryOf<'value'>,
  after: EntryOf<'value'>,
): boolean {
  const [from, to] = [placeIn(before), placeIn(after)];
  const isAsked = ledger
    .callsOf('add')
    .some(
      ({ begun, operation }) =>
        operation.conversationId === conversationId && operation.userId === userId && begun.at <= after.at,
    );
  return ledger
    .room(conversationId)
    .some(
      ({ seq, event }) =>
        event.type === 'member-added' &&
        event.payload.userId === userId &&
        seq > from &&
        (seq <= to || (after.event.type === 'joined' && isAsked)),
    );
}

/** How far the conversation was. */
function placeIn({ id, event }: EntryOf<'value'>): Seq {
  return event.type === 'joined' ? event.payload.headSeq : Number(id);
}

interface Watermark {
  what: 'read' | 'delivered';
  conversationId: Id;
  userId: Id;
  seq: Seq;
}

function watermarksIn(event: AnyEvent): Watermark[] {
  if (event.type === 'read' || event.type === 'delivered') {
    const { conversationId, userId, seq } = event.payload;
    return [{ what: event.type, conversationId, userId, seq }];
  }
  if (event.type !== 'joined') return [];
  const { conversationId, participants } = event.payload;
  return participants.flatMap(({ user, readSeq, deliveredSeq }): Watermark[] => [
    { what: 'read', conversationId, userId: user.id, seq: readSeq },
    { what: 'delivered', conversationId, userId: user.id, seq: deliveredSeq },
  ]);
}

function checkFinals(ledger: Ledger): Violation[] {
  return ledger.finals.flatMap((final) => {
    const { conversationId, conversation } = final;
    return conversation.participants.flatMap(({ user, readSeq }): Violation[] => {
      const acknowledged = ledger
        .callsOf('read')
        .filter(
          ({ begun, operation, ended }) =>
            begun.userId === user.id &&
            operation.conversationId === conversationId &&
            ended?.outcome.status === 'done',
        )
        .toSorted((a, b) => b.operation.upToSeq - a.operation.upToSeq)[0];
      if (acknowledged === undefined || acknowledged.operation.upToSeq <= readSeq) return [];
      // Who was removed and came again begins anew.
      const came = ledger
        .room(conversationId)
        .some(({ event }) => event.type === 'member-added' && event.payload.userId === user.id);
      if (came) return [];
      const { begun, ended, operation } = acknowledged;
      return [
        {
          harm: 'wrong',
          what: `${ledger.nameOf(user.id)} has read to ${operation.upToSeq}, and at the end only to ${readSeq}`,
          evidence: [begun, ...(ended === undefined ? [] : [ended]), final],
        },
      ];
    });
  });
}
