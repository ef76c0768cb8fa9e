/** The room: subscribing joins, unsubscribing leaves. */
import type { ConversationEvent, Joined } from '@parley/contract';

import type { Caller } from '../../core/caller.ts';
import type { Connection, Line } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import type { Services } from '../../core/services.ts';
import { roomTopic, type Topic } from '../../core/topics.ts';
import { Feed } from '../../realtime/feed.ts';
import type { Follower, Reset } from '../../realtime/follower.ts';
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
export function watchRoom(
  { services, connection }: Pick<Context, 'services' | 'connection'>,
  caller: Caller,
  { conversationId, lastEventId, line, signal }: WatchRoomOptions,
): Feed<ConversationEvent> {
  const { hub, metrics } = services;
  const follower = new RoomFollower(services, { conversationId, caller, connection });
  return new Feed({ hub, metrics, connection, line, signal, follower, lastEventId });
}

class RoomFollower implements Follower<ConversationEvent> {
  readonly topic: Topic;
  readonly #services: Services;
  readonly #conversationId: string;
  readonly #caller: Caller;
  readonly #connection: Connection;
  /** Until they are greeted. */
  #people: readonly RoomPerson[] | undefined;
  /** Since when one is in the room: the seq of the time, and the time in milliseconds since 1970. */
  #joinedSeq = 0;
  #joinedAt = 0;
  #visit: Disposable | undefined;

  constructor(
    services: Services,
    {
      conversationId,
      caller,
      connection,
    }: { conversationId: string; caller: Caller; connection: Connection },
  ) {
    this.topic = roomTopic(conversationId);
    this.#services = services;
    this.#conversationId = conversationId;
    this.#caller = caller;
    this.#connection = connection;
  }

  get looksAt(): ReadonlySet<string> {
    return LOOKS_AT;
  }

  get userId(): string {
    return this.#caller.id;
  }

  async admit(): Promise<number> {
    const { own, people } = await this.#services.roomPeople.seenBy(this.userId, this.#conversationId);
    this.#people = people;
    this.#joinedSeq = own.joinedSeq;
    this.#joinedAt = own.joinedAt.getTime();
    return own.joinedSeq;
  }

  removes({ type, payload }: ConversationEvent): boolean {
    return type === 'member-removed' && payload.userId === this.userId;
  }

  show(event: ConversationEvent): ConversationEvent {
    if (!LOOKS_AT.has(event.type)) return event;
    return seenSince(event, { joinedSeq: this.#joinedSeq, joinedAt: new Date(this.#joinedAt) });
  }

  greet(place: { headSeq: number; resumed: boolean }): ConversationEvent {
    const { visits, typing } = this.#services;
    const conversationId = this.#conversationId;
    this.#visit = visits.enter(conversationId, this.#caller, this.#connection);
    const people = this.#people ?? [];
    this.#people = undefined;
    const writing = typing.in(conversationId);
    if (writing.size === 0) return greetingOf(people, { conversationId, ...place });
    // One is never told of one's own, so nothing would tell that it has ended.
    const isWriting = (userId: string) => userId !== this.userId && writing.has(userId);
    return makeGreeting(people, { conversationId, ...place }, isWriting);
  }

  reset(payload: Reset): ConversationEvent {
    return { type: 'reset', payload };
  }

  left(): void {
    this.#visit?.[Symbol.dispose]();
  }
}

type Place = Omit<Joined, 'participants'>;
type Greeting = Extract<ConversationEvent, { type: 'joined' }>;

/** By those who were read together: who opens a room with others is greeted like them, in the same words. */
const greetings = new WeakMap<readonly RoomPerson[], Greeting>();

/** Where nobody is writing. */
function greetingOf(people: readonly RoomPerson[], place: Place): Greeting {
  const known = greetings.get(people);
  if (known?.payload.headSeq === place.headSeq && known.payload.resumed === place.resumed) return known;
  const greeting = makeGreeting(people, place, () => false);
  greetings.set(people, greeting);
  return greeting;
}

function makeGreeting(
  people: readonly RoomPerson[],
  place: Place,
  isWriting: (userId: string) => boolean,
): Greeting {
  const participants = people.map(({ shown }) => ({ ...shown, typing: isWriting(shown.user.id) }));
  return { type: 'joined', payload: { ...place, participants } };
}
