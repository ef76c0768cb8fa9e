/** What is fetched afresh at the end equals what the events said. */
import type { Id, OfferStatus } from '@parley/contract';

import type { EntryOf } from '../history.ts';
import type { Ledger } from './ledger.ts';
import type { Memberships } from './memberships.ts';
import type { Violation } from './violation.ts';
import { isOfBefore } from './withheld.ts';

export function checkFinals(ledger: Ledger, memberships: Memberships): Violation[] {
  return ledger.finals.flatMap((final) => [
    ...checkMessages(ledger, memberships, final),
    ...checkReactions(ledger, final),
    ...checkOffers(ledger, final),
    ...checkConversation(ledger, memberships, final),
  ]);
}

function checkMessages(ledger: Ledger, memberships: Memberships, final: EntryOf<'final'>): Violation[] {
  const { conversationId, userId } = final;
  const [stay] = memberships.stays(conversationId, userId).slice(-1);
  const told = new Map<Id, string>();
  for (const { seq, event, readings } of ledger.room(conversationId)) {
    if (stay === undefined || seq < stay.from || seq > stay.to) continue;
    if (event.type === 'message') {
      // The text as its last reading has it.
      const last = readings.at(-1)?.event ?? event;
      told.set(event.payload.id, last.type === 'message' ? last.payload.content : '');
    } else if (event.type === 'message-edited' && told.has(event.payload.id)) {
      const whole = readings.filter((reading) => !isOfBefore(ledger, memberships, reading));
      const last = whole.at(-1)?.event ?? event;
      told.set(event.payload.id, last.type === 'message-edited' ? last.payload.content : '');
    } else if (event.type === 'message-deleted' && told.has(event.payload.id)) told.set(event.payload.id, '');
  }
  const listed = new Map(final.messages.map(({ id, content }) => [id, content]));
  const missing = [...told.keys()].filter((id) => !listed.has(id));
  const extra = [...listed.keys()].filter((id) => !told.has(id));
  const other = [...told].filter(([id, content]) => listed.has(id) && listed.get(id) !== content);
  const misplaced = final.messages.findIndex(
    ({ seq }, index) => seq >= (final.messages[index - 1]?.seq ?? Infinity),
  );
  const problems = [
    ...missing.map((id) => ({
      harm: 'lost' as const,
      what: `message ${id} was told and is not in the list`,
    })),
    ...extra.map((id) => ({
      harm: 'lost' as const,
      what: `message ${id} is in the list and was never told`,
    })),
    ...other.map(([id, content]) => ({
      harm: 'wrong' as const,
      what: `message ${id} was told as ${JSON.stringify(content)} and is listed as ${JSON.stringify(listed.get(id))}`,
    })),
    ...(misplaced === -1
      ? []
      : [{ harm: 'out of order' as const, what: 'the list of messages is not in order, or doubles one' }]),
  ];
  return problems.map((problem) => ({
    ...problem,
    what: `${problem.what} (${ledger.nameOf(userId)}, conversation ${conversationId})`,
    evidence: [
      ...ledger
        .room(conversationId)
        .filter(({ event }) => event.type.startsWith('message') && problem.what.includes(idOf(event.payload)))
        .flatMap(({ readings }) => readings.slice(0, 1)),
      // Of the list, what is spoken of.
      {
        ...final,
        offers: [],
        messages: final.messages.filter(
          ({ id }, index) =>
            problem.what.includes(id) || (misplaced >= 0 && Math.abs(index - misplaced) <= 1),
        ),
      },
    ],
  }));
}

function idOf(payload: object): string {
  return 'id' in payload && typeof payload.id === 'string' ? payload.id : '\0';
}

function checkReactions(ledger: Ledger, final: EntryOf<'final'>): Violation[] {
  const { conversationId, userId, messages } = final;
  const told = ledger.room(conversationId);
  return messages.flatMap(({ id, seq, reactions }): Violation[] => {
    const present = new Set<string>();
    const about = told.filter(({ event }) => {
      if (event.type === 'message-deleted' && event.payload.id === id) present.clear();
      else if (event.type === 'reaction' && event.payload.messageId === id) {
        const mark = `${event.payload.emoji} of ${ledger.nameOf(event.payload.userId)}`;
        if (event.payload.on) present.add(mark);
        else present.delete(mark);
      } else return false;
      return true;
    });
    const listed = reactions.flatMap(({ emoji, userIds }) =>
      userIds.map((one) => `${emoji} of ${ledger.nameOf(one)}`),
    );
    const [expected, found] = [[...present].toSorted().join(), listed.toSorted().join()];
    if (expected === found) return [];
    const what = `message ${id} at ${seq} was told with the reactions ${expected || 'none'}, and is listed for ${ledger.nameOf(userId)} with ${found || 'none'}`;
    const listing = { ...final, offers: [], messages: messages.filter((message) => message.id === id) };
    const evidence = [...about.flatMap(({ readings }) => readings.slice(0, 1)), listing];
    return [{ harm: 'wrong', what, evidence }];
  });
}

function checkOffers(ledger: Ledger, { conversationId, userId, offers }: EntryOf<'final'>): Violation[] {
  const told = new Map<Id, OfferStatus>();
  for (const { event } of ledger.room(conversationId))
    if (event.type === 'offer-created' || event.type === 'offer-update')
      told.set(event.payload.offerId, event.payload.offer.status);
  return offers.flatMap((offer): Violation[] => {
    const status = told.get(offer.id);
    if (status === offer.status) return [];
    const what = `offer ${offer.id} is ${offer.status} for ${ledger.nameOf(userId)}, and was told as ${status ?? 'nothing'}`;
    const evidence = ledger
      .room(conversationId)
      .filter(({ event }) => 'offerId' in event.payload && event.payload.offerId === offer.id)
      .flatMap(({ readings }) => readings.slice(0, 1));
    return [{ harm: 'wrong', what, evidence }];
  });
}

function checkConversation(ledger: Ledger, memberships: Memberships, final: EntryOf<'final'>): Violation[] {
  const { conversationId, conversation } = final;
  const violations: Violation[] = [];
  const last = ledger.room(conversationId).at(-1);
  if (last !== undefined && conversation.headSeq !== last.seq) {
    const what = `conversation ${conversationId} has the head ${conversation.headSeq}, and readers were told up to ${last.seq}`;
    violations.push({ harm: 'lost', what, evidence: last.readings.slice(0, 1) });
  }
  const listed = conversation.participants.map(({ user }) => user.id).toSorted();
  const told = memberships
    .everyone(conversationId)
    .filter((id) => memberships.isMember(conversationId, id))
    .toSorted();
  if (listed.join() !== told.join()) {
    const names = (ids: string[]) => ids.map((id) => ledger.nameOf(id)).join(', ');
    const what = `conversation ${conversationId} has ${names(listed)}, and readers were told of ${names(told)}`;
    const changes = ledger.room(conversationId).filter(({ event }) => event.type.startsWith('member-'));
    violations.push({
      harm: 'wrong',
      what,
      evidence: changes.flatMap(({ readings }) => readings.slice(0, 1)),
    });
  }
  return violations;
}
