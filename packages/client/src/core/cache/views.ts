/**
 * What is shown, from what the server has told and what is pending. Each viewer remembers what it showed last: nothing
 * that did not change is a new object, and a new message costs no more than a look at each of the others.
 */
import type { Id, Message, Offer, Seq } from '@parley/contract';

import type { ConversationView } from '../domains/conversation.ts';
import type { Delivery, MessageGap, MessageView } from '../domains/message.ts';
import type { OfferView } from '../domains/offer.ts';
import type { Outgoing } from '../outbox/entry.ts';
import type { Paging } from '../status.ts';
import { keep, mapKept } from './keep.ts';
import { toOfferView, type MoveOffer } from './offer-view.ts';
import { toPendingView, unconfirmed, wishesOf } from './overlay.ts';
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

/** The viewer of one conversation. */
export function conversationViewer(id: Id, { moveOffer, loadGap }: RoomVerbs): ToConversationView {
  const toOffers = mapKept<Offer, OfferView>();
  const toMessages = messagesViewer(id);
  let view: ConversationView | undefined;

  return (state, pending, { status, error, ...progress }) => {
    const { myId } = state;
    const cached = state.conversations.get(id);
    const room = cached?.room;
    const end = room?.gap && room.messages.find(({ seq }) => seq === room.gap?.afterSeq);
    const paging = (before: Paging | undefined, cursor: string | null | undefined, loading: Loading) =>
      keep(before, { hasMore: Boolean(cursor), ...loading });
    const moveOf = (offer: Offer) =>
      pending.moves.findLast(({ offerId }) => offerId === offer.id)?.action ?? null;
    return (view = keep(view, {
      status,
      error,
      conversation: cached ? keep(view?.conversation, toFacts(cached)) : null,
      participants: participantsOf(state, cached, view?.participants),
      messages: toMessages(state, pending),
      olderMessages: paging(view?.olderMessages, room?.olderMessages, progress.olderMessages),
      gap: end ? keep(view?.gap, { afterKey: keyOf(end, myId), load: loadGap, ...progress.gap }) : null,
      offers: toOffers(
        room?.offers ?? NONE,
        (offer) => `${myId} ${moveOf(offer)}`,
        (offer) => toOfferView(offer, { myId, pending: moveOf(offer), move: moveOffer }),
      ),
      olderOffers: paging(view?.olderOffers, room?.olderOffers, progress.olderOffers),
      typing: typingOf(state, cached, view?.typing),
    }));
  };
}

const toFacts = ({ id, kind, title, subject, createdAt }: CachedConversation) => ({
  id,
  kind,
  title,
  subject,
  createdAt,
});

function messagesViewer(id: Id) {
  const toWished = mapKept<Message, Message>();
  const toViews = mapKept<Message, MessageView>();
  const toWaiting = mapKept<Outgoing, MessageView>();
  let seen: readonly unknown[] = [];
  let wishes: ReturnType<typeof wishesOf> | undefined;
  let joined: readonly MessageView[] = [];

  return ({ conversations, users, myId }: CacheState, pending: Pending): readonly MessageView[] => {
    const cached = conversations.get(id);
    const messages = cached?.room?.messages ?? NONE;
    const from = [pending, messages, cached?.participants, users, myId];
    if (keep(seen, from) === seen) return joined;
    if (seen[0] !== pending || wishes === undefined) wishes = wishesOf(pending, myId ?? '');
    const deliveryOf = deliveries(cached?.participants, myId);
    const views = toViews(
      toWished(messages, wishes.markOf, wishes.apply),
      deliveryOf,
      (message): MessageView => {
        const delivery = deliveryOf(message);
        return { ...message, key: keyOf(message, myId), isMine: delivery !== null, delivery, error: null };
      },
    );
    const me = users.get(myId ?? '');
    const waiting = toWaiting(
      unconfirmed(pending.sends, { id, myId, messages }),
      () => me,
      (one) => toPendingView(one, me),
    );
    seen = from;
    return (joined = keep(joined, [...views, ...waiting]));
  };
}

/** How far one's own messages have come: as far as every other participant has, and nowhere where there is none. */
function deliveries(participants: CachedConversation['participants'] | undefined, myId: Id | null) {
  const others = [...(participants ?? [])].flatMap(([id, one]) => (id === myId ? [] : [one]));
  const least = (seqs: Seq[]) => Math.min(...seqs, seqs.length > 0 ? Infinity : 0);
  const readTo = least(others.map(({ readSeq }) => readSeq));
  const deliveredTo = least(others.map(({ deliveredSeq }) => deliveredSeq));
  return ({ userId, seq }: Message): Delivery | null => {
    if (userId !== myId) return null;
    return seq <= readTo ? 'read' : seq <= deliveredTo ? 'delivered' : 'sent';
  };
}

const keyOf = ({ userId, clientId, id }: Message, myId: Id | null): string =>
  (userId === myId && clientId) || id;
