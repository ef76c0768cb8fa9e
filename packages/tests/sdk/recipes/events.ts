import type { ConversationEvent, Id, InboxEvent, Message } from '@parley/client';
import type { QueryFilters } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';

import { withMessage, type Parley } from './parley.ts';

/** Follows a conversation, and brings what it tells into the cache. */
export function useRoomEvents({ trpc, queryClient, changeMessages }: Parley, conversationId: Id) {
  const changeMessage = (id: Id, change: (message: Message) => Partial<Message>) =>
    changeMessages(conversationId, (items) =>
      items.map((item) => (item.id === id ? { ...item, ...change(item) } : item)),
    );
  /** What is on its way was read too early, too, and is wanted all the same: an older page, say. So after it. */
  const reload = async (filter: QueryFilters) => {
    const onTheirWay = queryClient.getQueryCache().findAll({ ...filter, fetchStatus: 'fetching' });
    await Promise.allSettled(onTheirWay.map(async ({ promise }) => promise));
    await queryClient.invalidateQueries(filter);
  };
  const reloadRoom = () => {
    void reload(trpc.messages.list.infiniteQueryFilter({ conversationId }));
    void reload(trpc.offers.list.pathFilter());
  };

  const take = ({ type, payload }: ConversationEvent) => {
    switch (type) {
      case 'joined':
        // It follows from here: what was loaded before may lack something.
        if (!payload.resumed) reloadRoom();
        break;
      case 'reset':
        reloadRoom();
        break;
      case 'message':
        changeMessages(
          conversationId,
          withMessage({ ...payload, reactions: [], editedAt: null, deletedAt: null }),
        );
        break;
      case 'message-edited':
        changeMessage(payload.id, () => ({ content: payload.content, editedAt: payload.editedAt }));
        break;
      case 'message-deleted':
        changeMessage(payload.id, () => ({ content: '', deletedAt: payload.deletedAt }));
        break;
      case 'offer-created':
      case 'offer-update':
        queryClient.setQueryData(trpc.offers.get.queryKey({ offerId: payload.offerId }), payload.offer);
        void reload(trpc.offers.list.pathFilter());
        break;
      default:
      // Reactions, members, typing and receipts go the same way.
    }
  };

  return useSubscription(
    trpc.conversations.events.subscriptionOptions({ conversationId }, { onData: ({ data }) => take(data) }),
  );
}

/** Follows one's own inbox: the list of conversations and the count of what is unread. */
export function useInboxEvents({ trpc, queryClient }: Parley) {
  const take = ({ type, payload }: InboxEvent) => {
    if (type === 'presence' || type === 'typing' || (type === 'connected' && payload.resumed)) return;
    void queryClient.invalidateQueries(trpc.conversations.list.pathFilter());
    void queryClient.invalidateQueries(trpc.inbox.unread.pathFilter());
  };
  return useSubscription(
    trpc.inbox.events.subscriptionOptions(undefined, { onData: ({ data }) => take(data) }),
  );
}
