/**
 * What is shown, from what the server has told and what is pending. Each viewer remembers what it showed last: nothing
 * that did not change is a new object, and a new message costs no more than a look at each of the others.
 */
import type { Id, Message, Offer, Seq } from '@parley/contract';

import type { ConversationView } from '../domains/conversation.ts';
import type { MessageGap, MessageView } from '../domains/message.ts';
import type { OfferView } from '../domains/offer.ts';
import type { Outgoing } from '../outbox/entry.ts';
import type { Paging } from '../status.ts';
import { keep, mapKept } from './keep.ts';
import { toOfferView, type MoveOffer } from './offer-view.ts';
import { toPendingView, unconfirmed, wished, wishesOf } from './overlay.ts';
import type { Pending } from './pending.ts';
import type { CachedConversation, CacheState } from './state.ts';
import { participantsOf, typingOf } from './views-people.ts';

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

/** The viewer of one conversation, for one person after another. */
export function conversationViewer(id: Id, verbs: RoomVerbs): ToConversationView {
  let viewer: ToConversationView | undefined;
  let viewerOf: Id | null = null;
  return (state, pending, progress) => {
    if (viewerOf !== state.myId) viewer = undefined;
    viewerOf = state.myId;
    viewer ??= viewerFor(viewerOf, id, verbs);
    return viewer(state, pending, progress);
  };
}

function viewerFor(myId: Id | null, id: Id, { moveOffer, loadGap }: RoomVerbs): ToConversationView {
  const toOffers = mapKept<Offer, OfferView>();
  const toMessages = messagesViewer(myId, id);
  let view: ConversationView | undefined;

  return (state, pending, { status, error, ...progress }) => {
    const cached = state.conversations.get(id);
    const room = cached?.room;
    const end = room?.gap && room.messages.find(({ seq }) => seq === room.gap?.afterSeq);
    return (view = keep(view, {
      status,
      error,
      conversation: cached ? keep(view?.conversation, toFacts(cached)) : null,
      participants: participantsOf(state, cached, view?.participants),
      messages: toMessages(state, room?.messages ?? NONE, pending),
      olderMessages: paging(view?.olderMessages, room?.olderMessages, progress.olderMessages),
      gap: end ? keep(view?.gap, { afterKey: keyOf(end, myId), load: loadGap, ...progress.gap }) : null,
      offers: toOffers(room?.offers ?? NONE, pending.moves, (offer, before) => {
        const move = pending.moves.findLast(({ offerId }) => offerId === offer.id)?.action ?? null;
        return before?.pending === move
          ? before
          : toOfferView(offer, { myId, pending: move, move: moveOffer });
      }),
      olderOffers: paging(view?.olderOffers, room?.olderOffers, progress.olderOffers),
      typing: typingOf(state, cached, view?.typing),
    }));
  };
}

export const paging = (
  before: Paging | undefined,
  cursor: string | null | undefined,
  loading: Loading,
): Paging => keep(before, { hasMore: Boolean(cursor), ...loading });

const toFacts = ({ id, kind, title, subject, createdAt }: CachedConversation) => ({
  id,
  kind,
  title,
  subject,
  createdAt,
});

function messagesViewer(myId: Id | null, id: Id) {
  const toConfirmed = mapKept<Message, MessageView>();
  const toWaiting = mapKept<Outgoing, MessageView>();
  let asked: Pending | undefined;
  let goesBy: ({ wishes: ReturnType<typeof wishesOf> } & Marks) | undefined;
  let shown: readonly MessageView[] = NONE;

  return ({ conversations, users }: CacheState, messages: readonly Message[], pending: Pending) => {
    const before = goesBy;
    const wishes =
      before && pending === asked ? before.wishes : keep(before?.wishes, wishesOf(pending, myId ?? ''));
    asked = pending;
    const marks = marksOf(conversations.get(id)?.participants, myId);
    const { readTo, deliveredTo } = marks;
    goesBy = keep(before, { wishes, ...marks });
    const isAsWished = wishes === before?.wishes;
    const make = (message: Message, known: MessageView | undefined): MessageView => {
      const { userId, seq } = message;
      const isMine = userId === myId;
      const reached = seq <= readTo ? 'read' : seq <= deliveredTo ? 'delivered' : 'sent';
      const delivery = isMine ? reached : null;
      if (isAsWished && known?.delivery === delivery) return known;
      const now = wished(message, wishes);
      return keep(known, { ...now, key: keyOf(message, myId), isMine, delivery, error: null });
    };
    // What was read and is read is most of them.
    const read = Math.min(readTo, before?.readTo ?? 0);
    const same = isAsWished && goesBy !== before ? messages.findLastIndex(({ seq }) => seq <= read) : -1;
    const confirmed = toConfirmed(messages, goesBy, make, same);
    const me = users.get(myId ?? '');
    const own = unconfirmed(pending.sends, { id, myId, messages });
    const waiting = toWaiting(own, me, (one) => toPendingView(one, me));
    return (shown = keep(shown, [...confirmed, ...waiting]));
  };
}

/** How far one's own messages have come: as far as every other participant has, and nowhere where there is none. */
interface Marks {
  readonly readTo: Seq;
  readonly deliveredTo: Seq;
}

function marksOf(participants: CachedConversation['participants'] = new Map(), myId: Id | null): Marks {
  const others = [...participants].flatMap(([id, one]) => (id === myId ? [] : one));
  const least = (seqs: Seq[]) => (seqs.length > 0 ? Math.min(...seqs) : 0);
  return {
    readTo: least(others.map(({ readSeq }) => readSeq)),
    deliveredTo: least(others.map(({ deliveredSeq }) => deliveredSeq)),
  };
}

const keyOf = ({ userId, clientId, id }: Message, myId: Id | null): string =>
  (userId === myId && clientId) || id;
