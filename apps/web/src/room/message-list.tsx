import type { Offer } from '@parley/client';
import { useEffect } from 'react';

import { OfferCard } from '../offers/offer-card.tsx';
import { OfferOutcome } from '../offers/offer-outcome.tsx';
import { useParley } from '../session/client-context.ts';
import { Icon } from '../ui/icon.tsx';
import { dayName, exactTime } from '../ui/time.ts';
import { useNow } from '../ui/use-now.ts';
import { MessageBubble } from './message-bubble.tsx';
import { OutgoingBubble } from './outgoing-bubble.tsx';
import type { TimelineItem } from './timeline.ts';
import { useBottom } from './use-bottom.ts';
import type { Room } from './use-room.ts';

interface MessageListProps {
  room: Room;
  items: readonly TimelineItem[];
  onAtBottom: (isAtBottom: boolean) => void;
  onCounter: (offer: Offer) => void;
}

export function MessageList({ room, items, onAtBottom, onCounter }: MessageListProps) {
  const { me } = useParley();
  const firstKey = items.find(({ kind }) => kind !== 'day')?.key;
  const ownKey = items.findLast(({ kind }) => kind === 'outgoing')?.key;
  const { list, content, isAtBottom, scrollDown } = useBottom(firstKey, ownKey);
  useEffect(() => onAtBottom(isAtBottom), [isAtBottom, onAtBottom]);
  const isUnread = room.toReadSeq > (room.people.find(({ user }) => user.id === me.id)?.readSeq ?? 0);

  return (
    <div className="list-frame">
      <div className="message-scroll" ref={list} tabIndex={0} role="group" aria-label="Messages">
        {room.hasOlder && (
          <button
            type="button"
            className="button button-quiet older-button"
            disabled={room.isLoadingOlder}
            onClick={room.loadOlder}
          >
            {room.isLoadingOlder ? 'Loading …' : 'Show older messages'}
          </button>
        )}
        {room.talk === null && <p className="list-empty">Loading …</p>}
        {room.talk !== null && items.length === 0 && (
          <p className="list-empty">Nothing here yet. Say hello, or make an offer.</p>
        )}
        <ol className="messages" ref={content}>
          {items.map((item) => (
            <li key={item.key} className={`item item-${item.kind} ${sideOf(item, me.id)}`}>
              <Item item={item} room={room} onCounter={onCounter} />
            </li>
          ))}
        </ol>
      </div>
      {!isAtBottom && (
        <button type="button" className="button button-small down-button" onClick={scrollDown}>
          <Icon name="down" />
          {isUnread ? 'New messages' : 'Newest'}
        </button>
      )}
    </div>
  );
}

interface ItemProps {
  item: TimelineItem;
  room: Room;
  onCounter: (offer: Offer) => void;
}

function Item({ item, room, onCounter }: ItemProps) {
  switch (item.kind) {
    case 'day':
      return <DayLine at={item.at} />;
    case 'message':
      return <MessageBubble room={room} message={item.message} isFirst={item.isFirst} />;
    case 'outgoing':
      return <OutgoingBubble outgoing={item.outgoing} isFirst={item.isFirst} />;
    case 'offer':
      return <OfferCard room={room} offer={item.offer} onCounter={() => onCounter(item.offer)} />;
    case 'outcome':
      return <OfferOutcome people={room.people} offer={item.offer} />;
    default:
      return item satisfies never;
  }
}

function DayLine({ at }: { at: Date }) {
  const now = useNow(60_000);
  return (
    <time className="day-line" dateTime={at.toISOString()} title={exactTime(at)}>
      {dayName(at, now)}
    </time>
  );
}

function sideOf(item: TimelineItem, myId: string): string {
  switch (item.kind) {
    case 'message':
      return item.message.userId === myId ? 'item-own' : 'item-other';
    case 'outgoing':
      return 'item-own';
    case 'offer':
      return item.offer.authorId === myId ? 'item-own' : 'item-other';
    case 'day':
    case 'outcome':
      return 'item-middle';
    default:
      return item satisfies never;
  }
}
