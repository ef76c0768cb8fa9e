/** What is drawn in a room, in order: a pure function of the room and the outbox. */
import type { Message, Offer } from '@parley/client';

import type { Outgoing } from '../outbox/outbox.ts';

export type TimelineItem =
  | { kind: 'day'; key: string; at: Date }
  /** `isFirst` of several in a row by the same person. */
  | { kind: 'message'; key: string; at: Date; message: Message; isFirst: boolean }
  | { kind: 'offer'; key: string; at: Date; offer: Offer }
  /** What became of an offer, where it happened. */
  | { kind: 'outcome'; key: string; at: Date; offer: Offer }
  | { kind: 'outgoing'; key: string; at: Date; outgoing: Outgoing; isFirst: boolean };

export interface TimelineInput {
  messages: readonly Message[];
  offers: readonly Offer[];
  outgoing: readonly Outgoing[];
  /** Whether there are messages before the first one here: offers before it wait for them. */
  hasOlderMessages: boolean;
}

const RUN_MS = 5 * 60_000;

export function buildTimeline({
  messages,
  offers,
  outgoing,
  hasOlderMessages,
}: TimelineInput): TimelineItem[] {
  const from = hasOlderMessages ? (messages[0]?.createdAt.getTime() ?? 0) : 0;
  const extras = offers
    .flatMap(offerItems)
    .filter(({ at }) => at.getTime() >= from)
    .toSorted((one, other) => one.at.getTime() - other.at.getTime());
  const items = merge(messages.map(messageItem), extras);
  for (const one of outgoing) {
    items.push({ kind: 'outgoing', key: one.clientId, at: one.createdAt, outgoing: one, isFirst: true });
  }
  return withRuns(items);
}

function messageItem(message: Message): TimelineItem {
  // The same key as before it was confirmed, so that it stays the same element.
  return {
    kind: 'message',
    key: message.clientId ?? message.id,
    at: message.createdAt,
    message,
    isFirst: true,
  };
}

function offerItems(offer: Offer): TimelineItem[] {
  const card: TimelineItem = { kind: 'offer', key: offer.id, at: offer.createdAt, offer };
  // A counter-offer is a card of its own, at the same moment.
  if (offer.status === 'pending' || offer.status === 'countered') return [card];
  return [card, { kind: 'outcome', key: `${offer.id} outcome`, at: offer.updatedAt, offer }];
}

/** Messages stay in the order of their seq, whatever their times say. */
function merge(messages: readonly TimelineItem[], extras: readonly TimelineItem[]): TimelineItem[] {
  const merged: TimelineItem[] = [];
  let next = 0;
  for (const message of messages) {
    for (let extra = extras[next]; extra !== undefined && extra.at < message.at; extra = extras[++next]) {
      merged.push(extra);
    }
    merged.push(message);
  }
  return [...merged, ...extras.slice(next)];
}

function withRuns(items: readonly TimelineItem[]): TimelineItem[] {
  return items.flatMap((item, index): TimelineItem[] => {
    const before = items[index - 1];
    const isNewDay = before === undefined || before.at.toDateString() !== item.at.toDateString();
    const isRun =
      !isNewDay &&
      authorOf(item) !== null &&
      authorOf(item) === authorOf(before) &&
      +item.at - +before.at < RUN_MS;
    const placed = 'isFirst' in item ? { ...item, isFirst: !isRun } : item;
    return isNewDay ? [{ kind: 'day', key: item.at.toDateString(), at: item.at }, placed] : [placed];
  });
}

function authorOf(item: TimelineItem): string | null {
  if (item.kind === 'message') return item.message.userId;
  return item.kind === 'outgoing' ? item.outgoing.userId : null;
}
