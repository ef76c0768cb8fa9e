/**
 * The list of talks as a pure function of what the server has told. It holds nothing of a room: a talk here is a line
 * of the list.
 */
import type {
  ConversationPage,
  ConversationSummary,
  InboxEvent,
  Participant,
  PostedMessage,
  Presence,
} from '@parley/client';

export interface Talk extends Pick<
  ConversationSummary,
  'id' | 'kind' | 'title' | 'subject' | 'activityAt' | 'unreadCount'
> {
  people: Participant[];
  last: LastLine | null;
}

/** The newest message, as the list shows it. */
export interface LastLine {
  seq: number;
  userId: string;
  content: string;
  createdAt: Date;
}

export interface TalksState {
  /** `failed`: what is there may be out of date. */
  phase: 'loading' | 'ready' | 'failed';
  /** Newest activity first. */
  talks: readonly Talk[];
  nextCursor: string | null;
}

export type TalksAction =
  | { type: 'failed' }
  | { type: 'first-page'; page: ConversationPage }
  | { type: 'next-page'; page: ConversationPage }
  | { type: 'event'; event: InboxEvent }
  /** Seen in an open room: the inbox does not tell of what one does oneself. */
  | { type: 'posted'; message: PostedMessage }
  | { type: 'active'; conversationId: string; at: Date };

export const NO_TALKS: TalksState = { phase: 'loading', talks: [], nextCursor: null };

export function reduceTalks(state: TalksState, action: TalksAction): TalksState {
  switch (action.type) {
    case 'failed':
      return { ...state, phase: 'failed' };
    case 'first-page': {
      const isFirst = state.phase !== 'ready';
      const fresh = mergePage(state.talks, action.page);
      return {
        phase: 'ready',
        talks: fresh,
        nextCursor: isFirst ? action.page.nextCursor : state.nextCursor,
      };
    }
    case 'next-page':
      return { ...state, talks: mergePage(state.talks, action.page), nextCursor: action.page.nextCursor };
    case 'event':
      return { ...state, talks: applyEvent(state.talks, action.event) };
    case 'posted':
      return {
        ...state,
        talks: withMessage(state.talks, action.message.conversationId, lastLine(action.message)),
      };
    case 'active':
      return { ...state, talks: withActivity(state.talks, action.conversationId, action.at) };
    default:
      return action satisfies never;
  }
}

function applyEvent(talks: readonly Talk[], event: InboxEvent): readonly Talk[] {
  switch (event.type) {
    case 'new-message': {
      const { conversationId, seq, message, unreadCount } = event.payload;
      const { content, createdAt } = message;
      const told = withMessage(talks, conversationId, { seq, userId: message.user.id, content, createdAt });
      return changed(told, conversationId, (talk) => ({ ...talk, unreadCount }));
    }
    case 'message-edited': {
      const { conversationId, seq, content } = event.payload;
      return withLastText(talks, conversationId, { seq, content });
    }
    case 'message-deleted': {
      const { conversationId, seq } = event.payload;
      return withLastText(talks, conversationId, { seq, content: '' });
    }
    case 'conversation-removed':
      return talks.filter(({ id }) => id !== event.payload.conversationId);
    case 'new-offer':
    case 'offer-accepted':
    case 'offer-update':
      return withActivity(talks, event.payload.conversationId, event.payload.offer.updatedAt);
    case 'read': {
      const { conversationId, unreadCount } = event.payload;
      return changed(talks, conversationId, (talk) => ({ ...talk, unreadCount }));
    }
    case 'presence':
      return withPresence(talks, event.payload);
    case 'typing':
      return talks;
    // The list is fetched again after these.
    case 'connected':
    case 'reset':
    case 'conversation-added':
      return talks;
    default:
      return event satisfies never;
  }
}

/** The page tells better, but for what has come while it was on the way. */
function mergePage(known: readonly Talk[], { items }: ConversationPage): Talk[] {
  const talks = new Map(known.map((talk) => [talk.id, talk]));
  for (const summary of items) {
    const before = talks.get(summary.id);
    const after = toTalk(summary);
    const isNewer = before !== undefined && (before.last?.seq ?? 0) > (after.last?.seq ?? 0);
    const { last, unreadCount, activityAt } = isNewer ? before : after;
    talks.set(after.id, { ...after, last, unreadCount, activityAt });
  }
  return sorted([...talks.values()]);
}

function toTalk({ participants, lastMessage, ...summary }: ConversationSummary): Talk {
  const { id, kind, title, subject, activityAt, unreadCount } = summary;
  const last = lastMessage === null ? null : lastLine(lastMessage);
  return { id, kind, title, subject, activityAt, unreadCount, people: participants, last };
}

function lastLine({ seq, userId, content, createdAt }: PostedMessage): LastLine {
  return { seq, userId, content, createdAt };
}

function withMessage(talks: readonly Talk[], conversationId: string, line: LastLine): readonly Talk[] {
  const told = changed(talks, conversationId, (talk) =>
    line.seq > (talk.last?.seq ?? 0) ? { ...talk, last: line } : talk,
  );
  return withActivity(told, conversationId, line.createdAt);
}

/** What a list shows of its newest message, when that is the one that has changed. */
function withLastText(
  talks: readonly Talk[],
  conversationId: string,
  { seq, content }: Pick<LastLine, 'seq' | 'content'>,
): readonly Talk[] {
  return changed(talks, conversationId, (talk) =>
    talk.last?.seq === seq ? { ...talk, last: { ...talk.last, content } } : talk,
  );
}

function withActivity(talks: readonly Talk[], conversationId: string, at: Date): readonly Talk[] {
  return sorted(
    changed(talks, conversationId, (talk) => (at > talk.activityAt ? { ...talk, activityAt: at } : talk)),
  );
}

function withPresence(talks: readonly Talk[], { userId, online }: Presence): readonly Talk[] {
  return talks.map((talk) =>
    talk.people.some(({ user }) => user.id === userId)
      ? { ...talk, people: talk.people.map((one) => (one.user.id === userId ? { ...one, online } : one)) }
      : talk,
  );
}

function changed(talks: readonly Talk[], id: string, change: (talk: Talk) => Talk): readonly Talk[] {
  return talks.map((talk) => (talk.id === id ? change(talk) : talk));
}

function sorted(talks: readonly Talk[]): Talk[] {
  return talks.toSorted((one, other) => other.activityAt.getTime() - one.activityAt.getTime());
}
