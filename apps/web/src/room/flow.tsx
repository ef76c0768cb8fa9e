import type { ConversationFacts, MessageView, OfferView } from '@parley/client';
import { useConversation, useParley, useReceipts } from '@parley/client/react';
import { HandHeart } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import { Confirm } from '../components/ui/alert-dialog.tsx';
import { Empty } from '../components/ui/empty.tsx';
import { problemText } from '../lib/problem.ts';
import { useEachFrame } from '../lib/use-each-frame.ts';
import { usePageVisible } from '../lib/use-page-visible.ts';
import { notify } from '../notices/notices.ts';
import type { Topic } from './composer-topic.tsx';
import { Composer } from './composer.tsx';
import { History } from './history.tsx';
import { OlderProblem } from './older-problem.tsx';
import { RoomProvider, type RoomScope } from './room-context.ts';
import { buildTimeline } from './timeline.ts';
import { TypingLine } from './typing-line.tsx';
import { useMembers } from './use-members.ts';
import { useUnreadMark } from './use-unread-mark.ts';

interface FlowProps {
  conversation: ConversationFacts;
  myId: string;
  target: { id: string } | null;
  onTarget: (target: { id: string } | null) => void;
  onCounter: (offer: OfferView) => void;
}

/** The history of an open room and what is written to it. */
export function Flow({ conversation, myId, target, onTarget, onCounter }: FlowProps) {
  const { id } = conversation;
  const live = useParley().conversation(id);
  const { loadOlder, loadOlderOffers, jumpTo, send, edit, remove, react, retry, discard } = live;
  const { messages, gap, offers, olderMessages, olderOffers } = useEachFrame(live);
  const { hasMore: hasOlder, isLoading: isLoadingOlder, error: olderError } = olderMessages;
  const { read, firstUnreadSeq } = useReceipts(id);
  const isVisible = usePageVisible();
  const [topic, setTopic] = useState<Topic | null>(null);
  const [doomed, setDoomed] = useState<MessageView | null>(null);
  const members = useMembers(id, 'user', 'role', 'isMe');
  const readSeq = useConversation(id, ({ me }) => me?.readSeq ?? 0);
  const { unreadSeq, clear } = useUnreadMark({ readSeq, hasUnread: firstUnreadSeq !== null, isVisible });

  const messagesById = useMemo(() => new Map(messages.map((one) => [one.id, one])), [messages]);
  const items = useMemo(
    () => buildTimeline({ messages, messagesById, offers, gap, hasOlder, unreadSeq }),
    [messages, messagesById, offers, gap, hasOlder, unreadSeq],
  );

  // Offers go back as far as the messages that are shown.
  const oldest = messages[0]?.createdAt;
  const oldestOffer = offers.at(-1)?.createdAt;
  useEffect(() => {
    const isShort = oldestOffer !== undefined && (oldest === undefined || !hasOlder || oldestOffer > oldest);
    if (olderOffers.hasMore && isShort) loadOlderOffers().catch(() => undefined);
  }, [hasOlder, olderOffers.hasMore, loadOlderOffers, oldest, oldestOffer]);

  const scope = useMemo((): RoomScope => {
    const offersById = new Map<string, OfferView>(offers.map((offer) => [offer.id, offer]));
    const attempt = (work: Promise<unknown>) =>
      void work.catch((error: unknown) => notify({ title: problemText(error) }));
    return {
      conversation,
      participants: members,
      myId,
      isModerator:
        members.some(({ isMe, role }) => isMe && role !== 'member') && conversation.kind === 'group',
      offerOf: (offerId) => offersById.get(offerId),
      jumpTo: (to) => {
        const isHere = offersById.has(to) || live.messages.some((message) => message.id === to);
        if (!isHere) attempt(jumpTo(to));
        onTarget({ id: to });
      },
      reply: (message) => setTopic({ kind: 'reply', message }),
      edit: (message) => setTopic({ kind: 'edit', message }),
      counter: onCounter,
      remove: setDoomed,
      react: ({ id: messageId, reactions }, emoji) => {
        const isMine = reactions.some((one) => one.emoji === emoji && one.userIds.includes(myId));
        attempt(react(messageId, emoji, !isMine));
      },
      retry,
      discard,
    };
  }, [live, offers, conversation, members, myId, jumpTo, onTarget, onCounter, react, retry, discard]);

  const unreadFrom = useRef(firstUnreadSeq);
  useEffect(() => {
    unreadFrom.current = firstUnreadSeq;
  }, [firstUnreadSeq]);
  const onSeen = useCallback(
    (seq: number) => {
      const { current: from } = unreadFrom;
      if (isVisible && from !== null && seq >= from) read(seq).catch(() => undefined);
    },
    [isVisible, read],
  );
  const onOlder = useCallback(() => void loadOlder().catch(() => undefined), [loadOlder]);
  const toUnread = useCallback(() => {
    if (unreadSeq === null) return;
    jumpTo(unreadSeq).then(
      () => onTarget({ id: 'unread' }),
      (error: unknown) => notify({ title: problemText(error) }),
    );
  }, [unreadSeq, jumpTo, onTarget]);
  const onSend = useCallback(
    (content: string) => {
      send({ content, replyToId: topic?.message.id }).catch(() => undefined);
      clear();
    },
    [topic, send, clear],
  );
  const onEdit = useCallback(
    (content: string) => {
      if (topic !== null)
        edit(topic.message.id, content).catch((error: unknown) => notify({ title: problemText(error) }));
    },
    [topic, edit],
  );
  const onEditLast = useCallback(() => {
    const last = live.messages.findLast(
      ({ isMine, deletedAt, seq }) => isMine && deletedAt === null && seq !== null,
    );
    if (last !== undefined) setTopic({ kind: 'edit', message: last });
  }, [live]);

  return (
    <RoomProvider value={scope}>
      {olderError !== null && <OlderProblem error={olderError} onRetry={onOlder} />}
      {messages.length === 0 && offers.length === 0 ? (
        <div className="flex min-h-0 flex-1 overflow-y-auto">
          <Empty icon={<HandHeart />} title="Nothing here yet" text="Say hello, or make an offer." />
        </div>
      ) : (
        <History
          conversationId={id}
          items={items}
          target={target}
          hasOlder={hasOlder && olderError === null && !isLoadingOlder}
          isLoadingOlder={isLoadingOlder}
          onOlder={onOlder}
          unreadSeq={unreadSeq}
          onUnread={toUnread}
          onSeen={onSeen}
        />
      )}
      <TypingLine conversationId={id} />
      <Composer
        conversationId={id}
        topic={topic}
        about={topic && (messagesById.get(topic.message.id) ?? topic.message)}
        onTopic={setTopic}
        onSend={onSend}
        onEdit={onEdit}
        onTyping={live.typing}
        onEditLast={onEditLast}
      />
      {doomed !== null && (
        <Confirm
          title="Delete the message?"
          text="Its text is gone for everyone; its place stays."
          action="Delete"
          refusal="Keep"
          onConfirm={() => {
            remove(doomed.id).catch((error: unknown) => notify({ title: problemText(error) }));
          }}
          onClose={() => setDoomed(null)}
        />
      )}
    </RoomProvider>
  );
}
