import type { ConversationEvent, Offer, PostedMessage } from '@parley/client';
import { useCallback, useEffect, useMemo, useState } from 'react';

import { OfferDialog } from '../offers/offer-dialog.tsx';
import { useOutbox, useOutgoing } from '../outbox/outbox-context.ts';
import { isShown } from '../outbox/outbox.ts';
import { Link } from '../routing/link.tsx';
import { talksPath } from '../routing/route.ts';
import { useParley } from '../session/client-context.ts';
import { usePageVisible } from '../ui/use-page-visible.ts';
import { eventText } from './announcement.ts';
import { Composer } from './composer.tsx';
import { MessageList } from './message-list.tsx';
import { RoomHeader } from './room-header.tsx';
import { buildTimeline } from './timeline.ts';
import { TypingLine } from './typing-line.tsx';
import { useReadMark } from './use-read-mark.ts';
import { useRoom } from './use-room.ts';

interface RoomPaneProps {
  conversationId: string;
  posted: (message: PostedMessage) => void;
  active: (conversationId: string, at: Date) => void;
}

export function RoomPane({ conversationId, posted, active }: RoomPaneProps) {
  const { me } = useParley();
  const outbox = useOutbox();
  const everything = useOutgoing();
  const [announcement, setAnnouncement] = useState('');
  /** An offer to counter, or a new one to make. */
  const [draft, setDraft] = useState<{ counters: Offer | null } | null>(null);
  const [isAtBottom, setAtBottom] = useState(true);

  const onEvent = useCallback(
    (event: ConversationEvent) => {
      if (event.type === 'message') posted(event.payload);
      if (event.type === 'offer-created' || event.type === 'offer-update') {
        active(conversationId, event.payload.offer.updatedAt);
      }
      const text = eventText(event, me.id);
      if (text !== null) setAnnouncement(text);
    },
    [conversationId, me.id, posted, active],
  );
  const room = useRoom(conversationId, onEvent);
  const { headSeq, messages, offers, people, talk, problem, olderMessages } = room;

  useEffect(
    () => outbox.settle(conversationId, { headSeq, messages }),
    [outbox, conversationId, headSeq, messages],
  );
  const items = useMemo(() => {
    const outgoing = everything.filter(
      (one) => one.conversationId === conversationId && !isShown(one, { headSeq, messages }),
    );
    return buildTimeline({ messages, offers, outgoing, hasOlderMessages: olderMessages !== null });
  }, [everything, conversationId, headSeq, messages, offers, olderMessages]);

  useReadMark(conversationId, {
    isSeen: usePageVisible() && isAtBottom && talk !== null,
    toReadSeq: room.toReadSeq,
    readSeq: people.find(({ user }) => user.id === me.id)?.readSeq ?? 0,
  });

  if (problem !== null && (problem.isFinal || talk === null)) {
    return (
      <div className="no-room" role="alert">
        <h1>{problem.isFinal ? 'Not one of your talks' : 'This talk could not be opened'}</h1>
        <p>{problem.text}</p>
        {!problem.isFinal && (
          <button type="button" className="button" onClick={room.restart}>
            Try again
          </button>
        )}
        <Link href={talksPath}>All talks</Link>
      </div>
    );
  }
  return (
    <section className="room" aria-label="Talk">
      <RoomHeader room={room} onOffer={() => setDraft({ counters: null })} />
      {problem !== null && (
        <p className="note note-warn room-problem" role="alert">
          {problem.text}.{' '}
          <button type="button" className="link-button" onClick={room.restart}>
            Try again
          </button>
        </p>
      )}
      <MessageList
        room={room}
        items={items}
        onAtBottom={setAtBottom}
        onCounter={(offer) => setDraft({ counters: offer })}
      />
      <TypingLine people={people} myId={me.id} />
      <Composer conversationId={conversationId} isReady={talk !== null} />
      <p className="visually-hidden" aria-live="polite">
        {announcement}
      </p>
      {draft !== null && <OfferDialog room={room} counters={draft.counters} onClose={() => setDraft(null)} />}
    </section>
  );
}
