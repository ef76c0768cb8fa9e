/** What reaches somebody whom it does not concern, and what was changed on the way. */
import { insertAfter, lastAt, payloadOf, valueOf, type Planted, type Value } from './plant.ts';
import { ROOM } from './story.ts';

export const PLANTED_LEAKS: Planted[] = [
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
    /cleo was told message at 13 while no participant/,
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
    'an edited text from before that reaches who came later',
    'leaked',
    /dan was told message-edited at 11 while no participant/,
    (entries) => {
      const value = valueOf(entries, 'dan/room-from-8', 'message-edited');
      payloadOf(value, 'message-edited').content = 'one, edited again';
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
    'somebody writing, in the inbox of somebody removed',
    'leaked',
    /cleo was told typing at \d+ while no participant/,
    (entries) => {
      const typing = valueOf(entries, 'ben/room', 'typing');
      const removed = valueOf(entries, 'cleo/inbox', 'conversation-removed');
      insertAfter(entries, removed, { ...removed, event: typing.event });
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
];
