// The judge is judged: each kind of fault, planted in a history without any, is found, and a clean history passes.
import type { ConversationEvent, InboxEvent } from '@parley/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Entry, EntryOf } from '../history.ts';
import { ROOM, Story } from '../testing/story.ts';
import { check } from './check.ts';
import type { Harm } from './violation.ts';

/** Ana, Ben and Cleo talk; Dan comes, and Cleo is put out. */
function tell(): Entry[] {
  const story = new Story(['ana', 'ben', 'cleo'], ['dan', 'eve']);
  story.send('ana', 'one');
  story.send('ben', 'two', 2);
  for (const reader of story.readers()) story.deliver(reader);
  story.read('ben');
  story.typing('ana', true);
  story.typing('ana', false);
  const offer = story.offer('ana', 'ben');
  for (const reader of story.readers()) story.deliver(reader);
  story.answer('ben', offer.id, 'accepted');
  story.answer('ana', offer.id, 'cancelled');
  story.edit('ana', 0, 'one, edited');
  story.react('ben', 1, true);
  story.addMember('ana', 'dan');
  story.send('dan', 'three');
  story.reconnect('ben/room');
  for (const reader of story.readers()) story.deliver(reader);
  story.read('ana');
  story.read('ben');
  story.removeMember('ana', 'cleo');
  story.delete('ben', 1);
  story.send('ana', 'four');
  story.finish();
  return story.entries.map((entry) => structuredClone(entry));
}

type Value = EntryOf<'value'>;
const isValue = (entry: Entry): entry is Value => entry.kind === 'value';

/** The value of a reader with an event of one type, the first unless told otherwise. */
function valueOf(entries: readonly Entry[], reader: string, type: string, index = 0): Value {
  const found = entries
    .filter(isValue)
    .filter((value) => value.reader === reader && value.event.type === type)[index];
  if (found === undefined) throw new Error(`${reader} was not told ${type}`);
  return found;
}

function payloadOf<Type extends (ConversationEvent | InboxEvent)['type']>(value: Value, _type: Type) {
  return value.event.payload as Extract<ConversationEvent | InboxEvent, { type: Type }>['payload'];
}

function remove(entries: Entry[], entry: Entry): void {
  entries.splice(entries.indexOf(entry), 1);
}

function insertAfter(entries: Entry[], entry: Entry, added: Entry): void {
  entries.splice(entries.indexOf(entry) + 1, 0, added);
}

const lastAt = (entries: readonly Entry[]) => entries.at(-1)?.at ?? 0;

/** What went wrong, how it is done to a clean history, and the harm that it is to be found as. */
const PLANTED: [string, Harm, RegExp, (entries: Entry[]) => void][] = [
  [
    'a message that one of the readers misses',
    'lost',
    /ben\/room went from 1 to offer-created 3/,
    (entries) => remove(entries, valueOf(entries, 'ben/room', 'message', 1)),
  ],
  [
    'a newest message that one of the readers misses',
    'lost',
    /ben\/room ended at 11, the conversation at 12/,
    (entries) => remove(entries, valueOf(entries, 'ben/room', 'message', 3)),
  ],
  [
    'an acknowledged message that nobody reads',
    'lost',
    /acknowledged at 13, is not there/,
    (entries) => {
      const quiet = entries.findIndex(({ kind }) => kind === 'quiet');
      const operation = { type: 'send', conversationId: ROOM, clientId: 'gone', content: 'gone' } as const;
      entries.splice(
        quiet,
        0,
        { kind: 'call', call: 900, userId: 'ana', device: 'ana', operation, at: lastAt(entries) },
        {
          kind: 'outcome',
          call: 900,
          outcome: { status: 'done', message: { id: 'message-gone', seq: 13, content: 'gone' } },
          at: lastAt(entries),
        },
      );
    },
  ],
  [
    'a message whose text was changed on the way',
    'wrong',
    /reads "on", which nobody sent/,
    (entries) => (payloadOf(valueOf(entries, 'ben/room', 'message'), 'message').content = 'on'),
  ],
  [
    'a message that was never sent',
    'wrong',
    /was never sent/,
    (entries) => {
      for (const reader of ['ana/room', 'ben/room', 'cleo/room'])
        payloadOf(valueOf(entries, reader, 'message'), 'message').clientId = 'of nobody';
    },
  ],
  [
    'a message that is told twice',
    'doubled',
    /ben\/room at 2 was told message 2 again/,
    (entries) => {
      const value = valueOf(entries, 'ben/room', 'message', 1);
      insertAfter(entries, value, { ...value });
    },
  ],
  [
    'a retry that made a second message',
    'doubled',
    /one send \(client-2\) became message-2 at 2 and message-4 at 12/,
    (entries) => {
      const readers = ['ana/room', 'ben/room', 'dan/room-from-8'];
      for (const value of readers.map((reader) =>
        valueOf(entries, reader, 'message', reader.startsWith('dan') ? 1 : 3),
      )) {
        const payload = payloadOf(value, 'message');
        Object.assign(payload, { clientId: 'client-2', userId: 'ben', content: 'two' });
      }
    },
  ],
  [
    'a retry that was acknowledged at another place',
    'doubled',
    /one send \(client-1\) became/,
    (entries) => {
      const call = entries.find((entry) => entry.kind === 'call');
      if (call?.kind !== 'call') throw new Error('there is no call');
      entries.push(
        { ...call, call: 901 },
        {
          kind: 'outcome',
          call: 901,
          outcome: { status: 'done', message: { id: 'message-1b', seq: 5, content: 'one' } },
          at: lastAt(entries),
        },
      );
    },
  ],
  [
    'two messages in another order for one of the readers',
    'out of order',
    /ben\/room was told message|was told message, and ben\/room something else/,
    (entries) => {
      const [one, two] = [
        valueOf(entries, 'ben/room', 'message'),
        valueOf(entries, 'ben/room', 'message', 1),
      ];
      [one.event, two.event] = [two.event, one.event];
    },
  ],
  [
    'a message that comes after a later one',
    'out of order',
    /ben\/room at 2 was told message 1 after it/,
    (entries) => {
      const [one, two] = [
        valueOf(entries, 'ben/room', 'message'),
        valueOf(entries, 'ben/room', 'message', 1),
      ];
      remove(entries, one);
      insertAfter(entries, two, one);
    },
  ],
  [
    'an ephemeral event with the id of a later event',
    'lost',
    /ben\/room at 2 was told typing with the id 3/,
    (entries) => (valueOf(entries, 'ben/room', 'typing').id = '3'),
  ],
  [
    'an ephemeral event with the id of an earlier event',
    'out of order',
    /ben\/room at 2 was told typing with the id 1/,
    (entries) => (valueOf(entries, 'ben/room', 'typing').id = '1'),
  ],
  [
    'a reconnection that leaves something out',
    'lost',
    /ben\/room at 3 was told joined with the id 5/,
    (entries) => (valueOf(entries, 'ben/room', 'joined').id = '5'),
  ],
  [
    'a reset of a reader who was near',
    'lost',
    /was reset \(unknown_position, head 3\)/,
    (entries) => {
      const value = valueOf(entries, 'ben/room', 'joined');
      value.event = { type: 'reset', payload: { reason: 'unknown_position', headSeq: 3 } };
    },
  ],
  [
    'a subscription that was ended for good',
    'lost',
    /ben\/room was ended: not_a_participant/,
    (entries) =>
      entries.push({ kind: 'ended', reader: 'ben/room', reason: 'not_a_participant', at: lastAt(entries) }),
  ],
  [
    'a message that reaches an outsider',
    'leaked',
    /eve was told message at 1 while no participant/,
    (entries) => {
      const value = valueOf(entries, 'ben/room', 'message');
      entries.push(
        {
          kind: 'reader',
          reader: 'eve/room',
          userId: 'eve',
          device: 'eve',
          source: { room: ROOM },
          from: 0,
          at: 1,
        },
        { ...value, reader: 'eve/room', at: lastAt(entries) },
      );
    },
  ],
  [
    'a message that reaches somebody removed',
    'leaked',
    /cleo was told message at 12 while no participant/,
    (entries) => {
      const value = valueOf(entries, 'ben/room', 'message', 3);
      insertAfter(entries, value, { ...value, reader: 'cleo/room' });
    },
  ],
  [
    'a watermark beyond the removal that reaches somebody removed',
    'leaked',
    /cleo was told read at 9 while no participant/,
    (entries) => {
      const ended = entries.find((entry) => entry.kind === 'ended');
      if (ended === undefined) throw new Error('nobody was ended');
      const payload = { userId: 'ben', conversationId: ROOM, seq: 11, readAt: new Date(0) };
      insertAfter(entries, ended, {
        kind: 'value',
        reader: 'cleo/room',
        id: '9',
        event: { type: 'read', payload },
        at: ended.at,
      });
    },
  ],
  [
    'a message from before that reaches who came later',
    'leaked',
    /dan was told message at 2 while no participant/,
    (entries) => {
      const value = valueOf(entries, 'ben/room', 'message', 1);
      const first = valueOf(entries, 'dan/room-from-8', 'member-added');
      entries.splice(entries.indexOf(first), 0, { ...value, reader: 'dan/room-from-8', at: first.at });
    },
  ],
  [
    'a notification of an outsider',
    'leaked',
    /eve was told new-message at 1 while no participant/,
    (entries) => {
      const value = valueOf(entries, 'ben/inbox', 'new-message');
      insertAfter(entries, value, { ...value, reader: 'eve/inbox', id: '1' });
    },
  ],
  [
    'an edited text that nobody wrote',
    'wrong',
    /the edited message message-1 reads "two", which nobody wrote/,
    (entries) =>
      (payloadOf(valueOf(entries, 'ben/room', 'message-edited'), 'message-edited').content = 'two'),
  ],
  [
    'a reaction that is listed and was never told',
    'wrong',
    /told with the reactions none, and is listed for ana with 👍 of ben/,
    (entries) => {
      for (const entry of entries)
        if (entry.kind === 'final')
          entry.messages = entry.messages.map((message) => ({
            ...message,
            reactions: [{ emoji: '👍', userIds: ['ben'] }],
          }));
    },
  ],
  [
    'a call that is answered with what went wrong inside',
    'wrong',
    /ana was answered `internal` to send/,
    (entries) => {
      const ended = entries.find((entry) => entry.kind === 'outcome');
      if (ended?.kind === 'outcome') ended.outcome = { status: 'refused', reason: 'internal' };
    },
  ],
  [
    'a subscription that is ended with what went wrong inside',
    'wrong',
    /ben\/room was ended with `internal`/,
    (entries) => entries.push({ kind: 'interrupted', reader: 'ben/room', reason: 'internal', at: 1 }),
  ],
  [
    'a greeting of somebody who was removed',
    'leaked',
    /cleo was told joined at 9 while no participant/,
    (entries) => {
      const value = valueOf(entries, 'ben/room', 'joined');
      const payload = { ...payloadOf(value, 'joined'), headSeq: 11 };
      const removed = entries.findIndex((entry) => entry.kind === 'ended');
      const greeting: Value = { ...value, reader: 'cleo/room', id: '9', event: { type: 'joined', payload } };
      entries.splice(removed, 0, greeting);
    },
  ],
  [
    'a read watermark that goes back',
    'wrong',
    /ana\/room saw the read watermark of ben go from 2 back to 1/,
    (entries) => {
      const value = structuredClone(valueOf(entries, 'ana/room', 'read'));
      payloadOf(value, 'read').seq = 1;
      insertAfter(entries, valueOf(entries, 'ana/room', 'read'), value);
    },
  ],
  [
    'a read watermark that is gone at the end',
    'wrong',
    /ben has read to 9, and at the end only to 3/,
    (entries) => {
      for (const entry of entries) {
        if (entry.kind !== 'final') continue;
        for (const participant of entry.conversation.participants)
          if (participant.user.id === 'ben') participant.readSeq = 3;
      }
    },
  ],
  [
    'an offer with two ends',
    'wrong',
    /went from declined to cancelled/,
    (entries) => changeOffers(entries, (status) => (status === 'accepted' ? 'declined' : status)),
  ],
  [
    'an offer without an end',
    'wrong',
    /is accepted at the end, which is no end/,
    (entries) => changeOffers(entries, (status) => (status === 'cancelled' ? 'accepted' : status)),
  ],
  [
    'two winners of one offer',
    'wrong',
    /two won offer offer-1: accepted and declined/,
    (entries) => {
      const accepted = acceptance(entries);
      const offers = [{ ...accepted.offer, status: 'declined' as const }];
      entries.push(
        { ...accepted.call, call: 902, operation: { ...accepted.call.operation, status: 'declined' } },
        { kind: 'outcome', call: 902, outcome: { status: 'done', offers }, at: lastAt(entries) },
      );
    },
  ],
  [
    'an acceptance of a version that its acceptor had not seen',
    'wrong',
    /became accepted as version 2 .* had seen nothing of it/,
    (entries) => (acceptance(entries).call.operation.version = 7),
  ],
  [
    'an acceptance of other terms than those that were seen',
    'wrong',
    /the terms of offer offer-1 changed/,
    (entries) => {
      for (const entry of entries.filter(isValue))
        if (entry.event.type === 'offer-update') entry.event.payload.offer.amount = 5;
    },
  ],
  [
    'an acceptance that was acknowledged and not told',
    'lost',
    /was acknowledged as accepted \(2\), and readers were told declined/,
    (entries) => changeOffers(entries, (status) => (status === 'accepted' ? 'declined' : status)),
  ],
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
    /got message 12 of a conversation before 9/,
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
    /has the head 13, and readers were told up to 12/,
    (entries) => {
      for (const entry of entries) if (entry.kind === 'final') entry.conversation.headSeq = 13;
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

function changeOffers(entries: Entry[], change: (status: 'accepted' | 'cancelled' | string) => string): void {
  for (const { event } of entries.filter(isValue)) {
    if (event.type !== 'offer-update') continue;
    Object.assign(event.payload.offer, { status: change(event.payload.offer.status) });
  }
}

function changeLists(entries: Entry[], keep: (message: { id: string }) => boolean): void {
  for (const entry of entries) if (entry.kind === 'final') entry.messages = entry.messages.filter(keep);
}

function acceptance(entries: readonly Entry[]) {
  for (const entry of entries) {
    if (entry.kind !== 'call' || entry.operation.type !== 'answer-offer') continue;
    const ended = entries.find((other) => other.kind === 'outcome' && other.call === entry.call);
    if (ended?.kind !== 'outcome' || ended.outcome.status !== 'done') continue;
    const [offer] = ended.outcome.offers ?? [];
    if (offer !== undefined) return { call: { ...entry, operation: entry.operation }, offer };
  }
  throw new Error('nothing was accepted');
}

const addedTo = (conversationId: string) => ({
  conversationId,
  kind: 'group' as const,
  title: null,
  subject: null,
  addedBy: 'ana',
  addedAt: new Date(0),
});

const PEOPLE = ['ana', 'ben', 'cleo', 'dan', 'eve'];
const action = fc.record({
  what: fc.constantFrom(
    ...['send', 'send', 'retry', 'read', 'typing', 'offer', 'answer', 'answer', 'add', 'remove'],
    ...['edit', 'delete', 'react'],
    ...['deliver', 'deliver', 'deliver', 'reconnect'],
  ),
  who: fc.nat(4),
  whom: fc.nat(4),
  index: fc.nat(20),
});

function perform(
  story: Story,
  { what, who, whom, index }: typeof action extends fc.Arbitrary<infer A> ? A : never,
) {
  const [by = '', other = ''] = [PEOPLE[who], PEOPLE[whom]];
  const readers = story.readers();
  const reader = readers[index % readers.length] ?? '';
  if (what === 'deliver') return story.deliver(reader, 1 + (whom % 3));
  if (what === 'reconnect') return story.reconnect(reader);
  if (!story.members.has(by)) return undefined;
  switch (what) {
    case 'send':
      return story.send(by, `text ${index}`);
    case 'retry':
      return story.send(by, `text ${index}`, 1 + (index % 3));
    case 'edit':
      return story.edit(by, index, `edited ${whom}`);
    case 'delete':
      return story.delete(by, index);
    case 'react':
      return story.react(by, index, whom % 2 === 0);
    case 'read':
      return story.read(by);
    case 'typing':
      story.typing(by, true);
      return story.typing(by, false);
    case 'offer':
      return other !== by && story.members.has(other) ? story.offer(by, other) : undefined;
    case 'answer':
      return answer(story, index);
    case 'add':
      return story.members.has(other) ? undefined : story.addMember(by, other);
    default:
      return other !== by && story.members.size > 2 && story.members.has(other)
        ? story.removeMember(by, other)
        : undefined;
  }
}

function answer(story: Story, index: number): void {
  const offers = [...story.offers.values()];
  const offer = offers[index % Math.max(offers.length, 1)];
  if (offer === undefined || !story.members.has(offer.authorId) || !story.members.has(offer.recipientId))
    return;
  for (const reader of story.readers()) story.deliver(reader);
  if (offer.status === 'pending') {
    if (index % 3 === 0) story.answer(offer.authorId, offer.id, 'withdrawn');
    else story.answer(offer.recipientId, offer.id, index % 3 === 1 ? 'accepted' : 'declined');
  } else if (offer.status === 'accepted') story.answer(offer.authorId, offer.id, 'cancelled');
}

describe('the checker', () => {
  it('finds nothing in a clean history, and counts what it has checked', () => {
    const { violations, tally } = check(tell());
    expect(violations).toEqual([]);
    expect(tally).toMatchObject({
      acknowledged: 4,
      unknown: 1,
      lost: 0,
      doubled: 0,
      outOfOrder: 0,
      other: 0,
    });
    expect(tally.deliveries).toBe(53);
  });

  it('finds nothing in long clean histories, whatever is done in whichever order', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 50, maxLength: 400 }), (actions) => {
        const story = new Story(['ana', 'ben', 'cleo'], ['dan', 'eve']);
        for (const act of actions) perform(story, act);
        expect(check(story.finish()).violations).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it.each(PLANTED)('finds %s', (_name, harm, what, plant) => {
    const entries = tell();
    plant(entries);
    const found = check(entries).violations.filter((violation) => what.test(violation.what));
    expect(found.map((violation) => violation.harm)).toContain(harm);
    expect(found[0]?.evidence.length).toBeGreaterThan(0);
  });
});
