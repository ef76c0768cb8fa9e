/**
 * One room as a pure function of what the server has told: the newest page, older pages, and the events after it.
 * Messages are in the order of their seq. It does not hold what is still on its way out; the outbox does.
 */
import type {
  Conversation,
  ConversationEvent,
  Message,
  MessagePage,
  Offer,
  OfferPage,
  Presence,
  Reaction,
  RoomParticipant,
} from '@parley/client';

export interface RoomPerson extends RoomParticipant {
  /** Null if never, or not known. */
  lastSeenAt: Date | null;
}

export interface RoomState {
  myId: string;
  /** Null until the newest page is there. */
  talk: Pick<Conversation, 'kind' | 'title' | 'subject'> | null;
  /** Why there is nothing to show, or nothing new. */
  problem: { text: string; isFinal: boolean } | null;
  /** Everything up to this seq is here, from the oldest message on. */
  headSeq: number;
  /** The seq of the newest one that is not one's own: what there is to read. */
  toReadSeq: number;
  people: readonly RoomPerson[];
  messages: readonly Message[];
  olderMessages: string | null;
  /** Newest first. */
  offers: readonly Offer[];
  olderOffers: string | null;
}

export interface NewestPage {
  conversation: Conversation;
  messages: MessagePage;
  offers: OfferPage;
  presence: readonly Presence[];
}

export interface OlderPage {
  messages: MessagePage | null;
  offers: OfferPage | null;
}

export type RoomAction =
  | { type: 'event'; seq: number; event: ConversationEvent }
  | { type: 'newest'; page: NewestPage }
  | { type: 'older'; page: OlderPage }
  /** As the answer to one's own call told it, before the event. */
  | { type: 'offer'; offer: Offer }
  | { type: 'problem'; text: string; isFinal: boolean };

export function emptyRoom(myId: string): RoomState {
  return {
    myId,
    talk: null,
    problem: null,
    headSeq: 0,
    toReadSeq: 0,
    people: [],
    messages: [],
    olderMessages: null,
    offers: [],
    olderOffers: null,
  };
}

export function reduceRoom(state: RoomState, action: RoomAction): RoomState {
  switch (action.type) {
    case 'event':
      return applyEvent(state, action.seq, action.event);
    case 'newest':
      return withNewest(state, action.page);
    case 'older':
      return withOlder(state, action.page);
    case 'offer':
      return { ...state, offers: withOffers(state.offers, [action.offer]) };
    case 'problem':
      return { ...state, problem: { text: action.text, isFinal: action.isFinal } };
    default:
      return action satisfies never;
  }
}

function applyEvent(state: RoomState, seq: number, event: ConversationEvent): RoomState {
  switch (event.type) {
    case 'joined': {
      const { headSeq, participants } = event.payload;
      const lastSeen = new Map(state.people.map(({ user, lastSeenAt }) => [user.id, lastSeenAt]));
      const people = participants.map((one) => ({ ...one, lastSeenAt: lastSeen.get(one.user.id) ?? null }));
      // What lies between is about to be replayed, or is in the page that is fetched now.
      return { ...state, people, toReadSeq: Math.max(state.toReadSeq, headSeq) };
    }
    case 'reset':
      return { ...state, toReadSeq: event.payload.headSeq };
    case 'message': {
      const { payload } = event;
      const message = { ...payload, reactions: [], editedAt: null, deletedAt: null };
      const told = withPerson(state, payload.userId, { typing: false });
      return withSeq({ ...told, messages: withMessages(state.messages, [message]) }, seq, payload.userId);
    }
    case 'message-edited': {
      const { id, content, editedAt } = event.payload;
      return withSeq(withMessage(state, id, { content, editedAt }), seq, null);
    }
    case 'message-deleted': {
      const { id, deletedAt } = event.payload;
      const gone = { content: '', attachments: [], reactions: [], deletedAt };
      return withSeq(withMessage(state, id, gone), seq, null);
    }
    case 'reaction':
      return withSeq(withReaction(state, event.payload), seq, null);
    case 'member-added': {
      const { user, role } = event.payload;
      // `joined` may have shown them already, with what they have read since.
      const isKnown = person(state, user.id) !== undefined;
      const people = isKnown ? state.people : [...state.people, newcomer(user, role)];
      return withSeq({ ...state, people }, seq, null);
    }
    case 'member-removed': {
      const { userId } = event.payload;
      const people = state.people.filter((one) => one.user.id !== userId);
      return withSeq({ ...state, people }, seq, null);
    }
    case 'role-changed': {
      const { userId, role } = event.payload;
      return withSeq(withPerson(state, userId, { role }), seq, null);
    }
    case 'renamed': {
      const { title } = event.payload;
      return withSeq({ ...state, talk: state.talk && { ...state.talk, title } }, seq, null);
    }
    case 'offer-created': {
      const { offer } = event.payload;
      return withSeq({ ...state, offers: withOffers(state.offers, [offer]) }, seq, offer.authorId);
    }
    case 'offer-update':
      return withSeq({ ...state, offers: withOffers(state.offers, [event.payload.offer]) }, seq, null);
    case 'typing':
      return withPerson(state, event.payload.userId, { typing: event.payload.isTyping });
    case 'read': {
      const readSeq = Math.max(event.payload.seq, person(state, event.payload.userId)?.readSeq ?? 0);
      return withPerson(state, event.payload.userId, { readSeq });
    }
    case 'delivered': {
      const { userId, seq: to } = event.payload;
      const deliveredSeq = Math.max(to, person(state, userId)?.deliveredSeq ?? 0);
      return withPerson(state, userId, { deliveredSeq });
    }
    case 'presence': {
      const { userId, online, lastSeenAt } = event.payload;
      return withPerson(state, userId, { online, lastSeenAt, ...(!online && { typing: false }) });
    }
    case 'user-left':
      return withPerson(state, event.payload.userId, { typing: false });
    case 'user-joined':
      return state;
    default:
      return event satisfies never;
  }
}

/** What came by event while the page was on its way stays; what is older than the page goes, since there may be a gap. */
function withNewest(state: RoomState, { conversation, messages, offers, presence }: NewestPage): RoomState {
  const newest = messages.items[0]?.seq ?? 0;
  const since = state.messages.filter(({ seq }) => seq > newest);
  const { kind, title, subject } = conversation;
  const lastSeen = new Map(presence.map(({ userId, lastSeenAt }) => [userId, lastSeenAt]));
  return {
    ...state,
    talk: { kind, title, subject },
    problem: null,
    headSeq: Math.max(state.headSeq, newest),
    people: state.people.map((one) => ({ ...one, lastSeenAt: lastSeen.get(one.user.id) ?? one.lastSeenAt })),
    messages: withMessages(messages.items, since),
    olderMessages: messages.nextCursor,
    offers: withOffers(offers.items, state.offers),
    olderOffers: offers.nextCursor,
  };
}

function withOlder(state: RoomState, { messages, offers }: OlderPage): RoomState {
  return {
    ...state,
    ...(messages && {
      messages: withMessages(state.messages, messages.items),
      olderMessages: messages.nextCursor,
    }),
    ...(offers && { offers: withOffers(state.offers, offers.items), olderOffers: offers.nextCursor }),
  };
}

/** By `null` it is not known who did it. */
function withSeq(state: RoomState, seq: number, by: string | null): RoomState {
  return {
    ...state,
    headSeq: Math.max(state.headSeq, seq),
    toReadSeq: by === state.myId ? state.toReadSeq : Math.max(state.toReadSeq, seq),
  };
}

function withMessage(state: RoomState, id: string, change: Partial<Message>): RoomState {
  return {
    ...state,
    messages: state.messages.map((message) => (message.id === id ? { ...message, ...change } : message)),
  };
}

function withReaction(state: RoomState, { messageId, userId, emoji, on }: Reaction): RoomState {
  const message = state.messages.find(({ id }) => id === messageId);
  if (message === undefined) return state;
  const known = message.reactions.some((one) => one.emoji === emoji)
    ? message.reactions
    : [...message.reactions, { emoji, userIds: [] }];
  const reactions = known
    .map((one) => {
      if (one.emoji !== emoji) return one;
      const others = one.userIds.filter((id) => id !== userId);
      return { emoji, userIds: on ? [...others, userId] : others };
    })
    .filter(({ userIds }) => userIds.length > 0);
  return withMessage(state, messageId, { reactions });
}

function newcomer(user: RoomPerson['user'], role: RoomPerson['role']): RoomPerson {
  return { user, role, readSeq: 0, deliveredSeq: 0, online: false, typing: false, lastSeenAt: null };
}

function withMessages(known: readonly Message[], more: readonly Message[]): Message[] {
  const all = new Map([...known, ...more].map((message) => [message.seq, message]));
  return [...all.values()].toSorted((one, other) => one.seq - other.seq);
}

/** The newer version of each wins, in whichever order they come. */
function withOffers(known: readonly Offer[], more: readonly Offer[]): Offer[] {
  const all = new Map(known.map((offer) => [offer.id, offer]));
  for (const offer of more) {
    if ((all.get(offer.id)?.version ?? 0) <= offer.version) all.set(offer.id, offer);
  }
  return [...all.values()].toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
}

function person(state: RoomState, userId: string): RoomPerson | undefined {
  return state.people.find(({ user }) => user.id === userId);
}

function withPerson(state: RoomState, userId: string, change: Partial<RoomPerson>): RoomState {
  return {
    ...state,
    people: state.people.map((one) => (one.user.id === userId ? { ...one, ...change } : one)),
  };
}
