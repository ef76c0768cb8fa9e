/**
 * What is shown, from what the server has told and what is pending. Each viewer remembers what it showed last: nothing
 * that did not change is a new object, and a new message costs no more than a look at each of the others.
 */
import type { Id, Message, Offer, OfferAction, Seq } from '@parley/contract';

import type { ConversationView } from '../domains/conversation.ts';
import type { Delivery, MessageGap, MessageView } from '../domains/message.ts';
import type { Outgoing } from '../outbox/entry.ts';
import type { Paging } from '../status.ts';
import { keep, mapKept, memo } from './keep.ts';
import { toOfferView, type MoveOffer } from './offer-view.ts';
import { toPendingView, unconfirmed, wishes, type Wish } from './overlay.ts';
import type { Pending } from './pending.ts';
import type { CachedConversation, CacheState } from './state.ts';
import { participantsViewer, typingViewer } from './views-people.ts';

/** How loading a list goes; what there is to load the cache knows. */
export type Loading = Omit<Paging, 'hasMore'>;

export const NOT_LOADING: Loading = { isLoading: false, error: null };

/** What the live conversation knows of itself. The parts are compared by what is in them. */
export interface RoomProgress extends Pick<ConversationView, 'status' | 'error'> {
  readonly olderMessages: Loading;
  readonly olderOffers: Loading;
  readonly gap: Loading;
}

/** What views can do. Always the same functions. */
export interface RoomVerbs {
  readonly moveOffer: MoveOffer;
  readonly loadGap: MessageGap['load'];
}

const NONE: readonly never[] = [];

export type ToConversationView = (
  state: CacheState,
  pending: Pending,
  progress: RoomProgress,
) => ConversationView;

/** The viewer of one conversation. */
export function conversationViewer(id: Id, verbs: RoomVerbs): ToConversationView {
  const viewerOf = memo((myId: Id | null) => viewer(id, myId, verbs));
  return (state, pending, progress) => viewerOf(state.myId)(state, pending, progress);
}

function viewer(id: Id, myId: Id | null, { moveOffer, loadGap }: RoomVerbs): ToConversationView {
  const toParticipants = participantsViewer(myId);
  const toTyping = typingViewer();
  const toMessages = messagesViewer(id, myId);
  const toOffers = mapKept((offer: Offer, pending: OfferAction | null) =>
    toOfferView(offer, { myId, pending, move: moveOffer }),
  );
  const toOlderMessages = memo(paging);
  const toOlderOffers = memo(paging);
  const toGap = memo((afterKey: string, isLoading: boolean, error: Loading['error']): MessageGap => ({
    afterKey,
    isLoading,
    error,
    load: loadGap,
  }));
  let facts: ConversationView['conversation'] = null;
  let view: ConversationView | undefined;

  return (state, pending, { status, error, ...progress }) => {
    const cached = state.conversations.get(id);
    const room = cached?.room;
    const messages = room?.messages ?? NONE;
    const end = room?.gap && messages.find(({ seq }) => seq === room.gap?.afterSeq);
    facts = cached === undefined ? null : keep(facts ?? undefined, toFacts(cached));
    return (view = keep(view, {
      status,
      error,
      conversation: facts,
      participants: cached ? toParticipants(state, cached) : NONE,
      messages: toMessages(state, pending),
      olderMessages: toOlderMessages(
        room?.olderMessages,
        progress.olderMessages.isLoading,
        progress.olderMessages.error,
      ),
      gap: end ? toGap(keyOf(end, myId), progress.gap.isLoading, progress.gap.error) : null,
      offers: toOffers(
        room?.offers ?? NONE,
        (offer) => pending.moves.findLast(({ offerId }) => offerId === offer.id)?.action ?? null,
      ),
      olderOffers: toOlderOffers(
        room?.olderOffers,
        progress.olderOffers.isLoading,
        progress.olderOffers.error,
      ),
      typing: toTyping(state, cached),
    }));
  };
}

const toFacts = ({ kind, title, subject, createdAt, id }: CachedConversation) => ({
  id,
  kind,
  title,
  subject,
  createdAt,
});

export function paging(
  cursor: string | null | undefined,
  isLoading: boolean,
  error: Paging['error'],
): Paging {
  return { hasMore: typeof cursor === 'string', isLoading, error };
}

function messagesViewer(id: Id, myId: Id | null) {
  const wished = wishes(myId ?? '');
  const toWished = mapKept((message: Message, wish: Wish | undefined) => (wish ? wish(message) : message));
  const toViews = mapKept((message: Message, delivery: Delivery | null): MessageView => ({
    ...message,
    key: keyOf(message, myId),
    isMine: delivery !== null,
    delivery,
    error: null,
  }));
  const toPending = mapKept(toPendingView);
  const toConfirmed = memo(
    (messages: readonly Message[], all: ReadonlyMap<Id, Wish>, { readBy, deliveredTo }: Marks) =>
      toViews(all.size > 0 ? toWished(messages, (one) => all.get(one.id)) : messages, ({ userId, seq }) => {
        if (userId !== myId) return null;
        return seq <= readBy ? 'read' : seq <= deliveredTo ? 'delivered' : 'sent';
      }),
  );
  const toWaiting = memo((messages: readonly Message[], sends: readonly Outgoing[]) =>
    unconfirmed(sends, { id, myId, messages }),
  );
  const join = memo((confirmed: readonly MessageView[], waiting: readonly MessageView[]) =>
    waiting.length > 0 ? [...confirmed, ...waiting] : confirmed,
  );
  let marks: Marks | undefined;

  return ({ conversations, users }: CacheState, { sends, edits, reactions, removals }: Pending) => {
    const cached = conversations.get(id);
    const messages = cached?.room?.messages ?? NONE;
    marks = keep(marks, marksOf(cached?.participants, myId));
    return join(
      toConfirmed(messages, wished(edits, reactions, removals), marks),
      toPending(toWaiting(messages, sends), () => users.get(myId ?? '')),
    );
  };
}

const keyOf = ({ userId, clientId, id }: Message, myId: Id | null): string =>
  (userId === myId && clientId) || id;

/** How far every other participant has come: nowhere where there is none. */
interface Marks {
  readonly readBy: Seq;
  readonly deliveredTo: Seq;
}

function marksOf(participants: CachedConversation['participants'] | undefined, myId: Id | null): Marks {
  const others = [...(participants ?? [])].flatMap(([id, one]) => (id === myId ? [] : [one]));
  const least = (seqs: Seq[]) => (seqs.length > 0 ? Math.min(...seqs) : 0);
  return {
    readBy: least(others.map(({ readSeq }) => readSeq)),
    deliveredTo: least(others.map(({ readSeq, deliveredSeq }) => Math.max(readSeq, deliveredSeq))),
  };
}
