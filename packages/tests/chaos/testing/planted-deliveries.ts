/** What readers of a room miss, get twice or out of order. */
import { insertAfter, lastAt, payloadOf, remove, valueOf, type Planted } from './plant.ts';
import { ROOM } from './story.ts';

export const PLANTED_DELIVERIES: Planted[] = [
  [
    'a message that one of the readers misses',
    'lost',
    /ben\/room went from 1 to offer-created 3/,
    (entries) => remove(entries, valueOf(entries, 'ben/room', 'message', 1)),
  ],
  [
    'a newest message that one of the readers misses',
    'lost',
    /ben\/room ended at 12, the conversation at 13/,
    (entries) => remove(entries, valueOf(entries, 'ben/room', 'message', 3)),
  ],
  [
    'an acknowledged message that nobody reads',
    'lost',
    /acknowledged at 14, is not there/,
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
          outcome: { status: 'done', message: { id: 'message-gone', seq: 14, content: 'gone' } },
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
    /one send \(client-2\) became message-2 at 2 and message-4 at 13/,
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
];
