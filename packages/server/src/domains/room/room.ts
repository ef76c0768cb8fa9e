/** The room: subscribing joins, unsubscribing leaves. */
import type { ConversationEvent, Joined } from '@parley/contract';
import type { TrackedEnvelope } from '@trpc/server';

import type { Caller } from '../../core/caller.ts';
import type { Line } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import { roomTopic } from '../../core/topics.ts';
import { feed } from '../../realtime/feed.ts';
import type { RoomPerson } from '../conversations/room-people.ts';
import { seenSince } from './seen-since.ts';

export interface WatchRoomOptions {
  conversationId: string;
  lastEventId?: string | null | undefined;
  line?: Line | undefined;
  signal: AbortSignal;
}

/** What takes a person out, and what those who joined later are told differently: {@link seenSince}. */
const LOOKS_AT: ReadonlySet<string> = new Set([
  'member-removed',
  'message-edited',
  'offer-update',
] satisfies ConversationEvent['type'][]);

/** Follows a conversation for as long as the caller is a participant. */
export async function* watchRoom(
  { services, connection }: Pick<Context, 'services' | 'connection'>,
  caller: Caller,
  { conversationId, lastEventId, line, signal }: WatchRoomOptions,
): AsyncGenerator<TrackedEnvelope<ConversationEvent>, void> {
  let visit: Disposable | undefined;
  let participants: RoomPerson[] = [];
  let since: Pick<RoomPerson, 'joinedSeq' | 'joinedAt'> = { joinedSeq: 0, joinedAt: new Date(0) };
  try {
    yield* feed<ConversationEvent>({
      hub: services.hub,
      metrics: services.metrics,
      connection,
      line,
      signal,
      topic: roomTopic(conversationId),
      userId: caller.id,
      lastEventId,
      admit: async () => {
        const { own, people } = await services.roomPeople.seenBy(caller.id, conversationId);
        participants = people;
        since = own;
        return own.joinedSeq;
      },
      looksAt: LOOKS_AT,
      removes: ({ type, payload }) => type === 'member-removed' && payload.userId === caller.id,
      show: (event) => seenSince(event, since),
      greet: (place) => {
        visit = services.visits.enter(conversationId, caller, connection);
        const writing = services.typing.in(conversationId);
        const people = participants.map(({ joinedSeq: _seq, joinedAt: _at, ...person }) => ({
          ...person,
          // One is never told of one's own, so nothing would tell that it has ended.
          typing: person.user.id !== caller.id && writing.has(person.user.id),
        }));
        return {
          type: 'joined',
          payload: { conversationId, ...place, participants: people } satisfies Joined,
        };
      },
      reset: (payload) => ({ type: 'reset', payload }),
    });
  } finally {
    visit?.[Symbol.dispose]();
  }
}
