/** Read watermarks only ever go forward, whoever tells of them, and end where they were last acknowledged. */
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
      for (const { key, userId, seq } of watermarksIn(value.event)) {
        const before = furthest.get(key);
        if (before === undefined || seq >= before.seq) {
          furthest.set(key, { seq, value });
          continue;
        }
        violations.push({
          harm: 'wrong',
          what: `${value.reader} saw the read watermark of ${ledger.nameOf(userId)} go from ${before.seq} back to ${seq}`,
          evidence: [before.value, value],
        });
      }
    }
  }
  return violations;
}

function watermarksIn(event: AnyEvent): { key: string; userId: Id; seq: Seq }[] {
  if (event.type === 'read') {
    const { conversationId, userId, seq } = event.payload;
    return [{ key: `${conversationId} ${userId}`, userId, seq }];
  }
  if (event.type !== 'joined') return [];
  const { conversationId, participants } = event.payload;
  return participants.map(({ user, readSeq }) => ({
    key: `${conversationId} ${user.id}`,
    userId: user.id,
    seq: readSeq,
  }));
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
