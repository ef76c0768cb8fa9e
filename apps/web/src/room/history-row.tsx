import { memo } from 'react';

import { OfferCard } from '../offers/offer-card.tsx';
import { OfferOutcome } from '../offers/offer-outcome.tsx';
import { talkName } from '../talks/names.ts';
import { DayDivider, StartOfTalk, UnreadDivider } from './dividers.tsx';
import { GapRow } from './gap-row.tsx';
import { MessageBubble } from './message-bubble.tsx';
import { useRoomScope } from './room-context.ts';
import type { TimelineItem } from './timeline.ts';

interface HistoryRowProps {
  item: TimelineItem;
  isLit: boolean;
}

export const HistoryRow = memo(
  function HistoryRow({ item, isLit }: HistoryRowProps) {
    switch (item.kind) {
      case 'start':
        return <Start />;
      case 'day':
        return <DayDivider at={item.at} />;
      case 'unread':
        return <UnreadDivider />;
      case 'message':
        return (
          <MessageBubble
            message={item.message}
            quoted={item.quoted}
            isFirst={item.isFirst}
            isLast={item.isLast}
            isLit={isLit}
          />
        );
      case 'gap':
        return <GapRow gap={item.gap} />;
      case 'offer':
        return <OfferCard offer={item.offer} />;
      case 'outcome':
        return <OfferOutcome offer={item.offer} />;
      default:
        return item satisfies never;
    }
  },
  // The timeline is built anew at each change; what it is built of stays the same.
  (one, other) => one.isLit === other.isLit && isSame(one.item, other.item),
);

function Start() {
  const { conversation, participants, myId } = useRoomScope();
  const name = talkName({ ...conversation, participants }, myId);
  const what = conversation.title === null ? `your talk with ${name}` : `“${name}”`;
  return <StartOfTalk text={`This is the beginning of ${what}.`} />;
}

function isSame(one: TimelineItem, other: TimelineItem): boolean {
  if (one.kind === 'message' && other.kind === 'message') {
    return (
      one.message === other.message &&
      one.quoted === other.quoted &&
      one.isFirst === other.isFirst &&
      one.isLast === other.isLast
    );
  }
  if ('offer' in one && 'offer' in other) return one.kind === other.kind && one.offer === other.offer;
  if (one.kind === 'gap' && other.kind === 'gap') return one.gap === other.gap;
  return one.kind === other.kind && one.key === other.key;
}
