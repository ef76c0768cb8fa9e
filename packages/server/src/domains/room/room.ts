/** The room: subscribing joins, unsubscribing leaves. */
import type { ConversationEvent, Joined, RoomParticipant } from '@parley/contract';
import type { TrackedEnvelope } from '@trpc/server';

import type { Caller } from '../../core/caller.ts';
import type { Context } from '../../core/context.ts';
import type { Services } from '../../core/services.ts';
import { roomTopic } from '../../core/topics.ts';
import { feed } from '../../realtime/feed.ts';
import { showConversation } from '../conversations/conversations.ts';
import { requireParticipant } from '../conversations/membership.ts';

export interface WatchRoomOptions {
  conversationId: string;
  lastEventId?: string | null | undefined;
  signal: AbortSignal;
}

/** Follows a conversation for as long as the caller is a participant. */
export async function* watchRoom(
  { services, connection }: Pick<Context, 'services' | 'connection'>,
  caller: Caller,
  { conversationId, lastEventId, signal }: WatchRoomOptions,
): AsyncGenerator<TrackedEnvelope<ConversationEvent>, void> {
  let visit: Disposable | undefined;
  try {
    yield* feed<ConversationEvent>({
      hub: services.hub,
      metrics: services.metrics,
      connection,
      signal,
      topic: roomTopic(conversationId),
      userId: caller.id,
      lastEventId,
      admit: async () => Number((await requireParticipant(services.db, conversationId, caller.id)).joinedSeq),
      greet: async (place) => {
        const participants = await roomParticipants(services, conversationId);
        visit = services.visits.enter(conversationId, caller, connection.id);
        return { type: 'joined', payload: { conversationId, ...place, participants } satisfies Joined };
      },
      reset: (payload) => ({ type: 'reset', payload }),
    });
  } finally {
    visit?.[Symbol.dispose]();
  }
}

async function roomParticipants(services: Services, conversationId: string): Promise<RoomParticipant[]> {
  const { participants } = await showConversation(services, conversationId);
  const writing = services.typing.in(conversationId);
  return participants.map(({ readAt: _readAt, ...participant }) => ({
    ...participant,
    typing: writing.has(participant.user.id),
  }));
}
