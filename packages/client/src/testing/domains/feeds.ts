/** What is subscribed to: a conversation's room, and one's own inbox. */
import type { ConversationEvent, InboxEvent, Joined } from '@parley/contract';
import type { WatchInbox, WatchRoom } from '@parley/contract/schemas';
import { withheld, withoutTerms } from '@parley/server/rules';
import type { TrackedEnvelope } from '@trpc/server';
import type { output } from 'zod';

import type { Connection } from '../connection.ts';
import { feed } from '../feed.ts';
import type { Entry } from '../topic.ts';
import type { Person, Standing, World } from '../world.ts';
import { summaryOf } from './users.ts';

interface Watcher {
  world: World;
  caller: Person;
  connection: Connection;
  signal: AbortSignal | undefined;
}

/** Follows a conversation for as long as the caller is a participant. */
export async function* watchRoom(
  { world, caller, connection, signal }: Watcher,
  { conversationId, lastEventId }: output<typeof WatchRoom>,
): AsyncGenerator<TrackedEnvelope<ConversationEvent>, void> {
  const standing = world.standing(caller.id, conversationId);
  const { talk, member } = standing;
  const show = (event: ConversationEvent) => seenSince(event, standing);
  let visit: Disposable | undefined;
  try {
    yield* feed<ConversationEvent>({
      topic: talk.topic,
      connection,
      signal,
      userId: caller.id,
      lastEventId,
      floor: member.joinedSeq,
      removes: ({ type, payload }) => type === 'member-removed' && payload.userId === caller.id,
      show,
      replay: (entry) => show(entry.replay()),
      drops: (event) => world.faults.losesEvent({ ...event, to: caller, owner: connection.owner }),
      greet: (place) => {
        visit = world.visits.enter(talk, caller, connection);
        return {
          type: 'joined',
          payload: { conversationId, ...place, participants: peopleIn(world, standing) },
        };
      },
      reset: (payload) => ({ type: 'reset', payload }),
    });
  } finally {
    visit?.[Symbol.dispose]();
  }
}

export function watchInbox(
  { world, caller, connection, signal }: Watcher,
  { lastEventId }: output<typeof WatchInbox>,
): AsyncGenerator<TrackedEnvelope<InboxEvent>, void> {
  return feed<InboxEvent>({
    topic: caller.inbox,
    connection,
    signal,
    userId: caller.id,
    lastEventId,
    floor: 0,
    removes: () => false,
    show: (event) => event,
    replay: (entry) => readable(world, caller, entry),
    drops: (event) => world.faults.losesEvent({ ...event, to: caller, owner: connection.owner }),
    greet: ({ resumed }) => ({
      type: 'connected',
      payload: { message: `Connected as ${caller.user.username}`, userId: caller.id, resumed },
    }),
    reset: (payload) => ({ type: 'reset', payload }),
  });
}

/** Of what was written before they joined, people are told how it goes on, in its place, and not what it says. */
function seenSince(event: ConversationEvent, { talk, member }: Standing): ConversationEvent {
  if (event.type === 'message-edited' && event.payload.seq <= member.joinedSeq)
    return { ...event, payload: { ...event.payload, content: '' } };
  if (event.type === 'offer-update') {
    const made = talk.offers.find(({ offer }) => offer.id === event.payload.offerId);
    if (made !== undefined && made.seq <= member.joinedSeq)
      return { ...event, payload: withoutTerms(event.payload) };
  }
  return event;
}

/** One who is not, or not any more, in a conversation reads nothing of it when they come back. */
function readable({ talks }: World, { id }: Person, entry: Entry<InboxEvent>): InboxEvent {
  const event = entry.replay();
  const { payload } = event;
  const conversationId = 'conversationId' in payload ? payload.conversationId : '';
  const member = talks.get(conversationId)?.members.get(id);
  if (member !== undefined && entry.roomSeq !== undefined && entry.roomSeq > member.joinedSeq) return event;
  return withheld(event as Parameters<typeof withheld>[0]);
}

function peopleIn({ roster, typing }: World, { talk, member }: Standing): Joined['participants'] {
  const writing = typing.in(talk.id);
  return [...talk.members.values()].map(({ person, role, readSeq, deliveredSeq }) => ({
    user: summaryOf(person),
    role,
    readSeq,
    deliveredSeq,
    online: roster.isOnline(person.id),
    // One is never told of one's own, so nothing would tell that it has ended.
    typing: person !== member.person && writing.has(person.id),
  }));
}
