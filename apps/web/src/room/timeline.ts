/** What is drawn in a room, in order: a pure function of the room. */
import type { MessageGap, MessageView, OfferView } from '@parley/client';

export type TimelineItem =
  /** Nothing is before it. */
  | { kind: 'start'; key: 'start' }
  | { kind: 'day'; key: string; at: Date }
  /** What follows has not been read. */
  | { kind: 'unread'; key: 'unread' }
  | {
      kind: 'message';
      key: string;
      at: Date;
      message: MessageView;
      /** What it answers; null where that is not loaded, or it answers nothing. */
      quoted: MessageView | null;
      isFirst: boolean;
      isLast: boolean;
    }
  /** Messages are missing here. */
  | { kind: 'gap'; key: 'gap'; gap: MessageGap }
  | { kind: 'offer'; key: string; at: Date; offer: OfferView }
  /** What became of an offer, where it happened. */
  | { kind: 'outcome'; key: string; at: Date; offer: OfferView };

export interface TimelineInput {
  messages: readonly MessageView[];
  /** The same by their ids: what a message answers is among them, where that is loaded. */
  messagesById: ReadonlyMap<string, MessageView>;
  offers: readonly OfferView[];
  gap: MessageGap | null;
  /** Whether there are messages before the first one here: offers before it wait for them. */
  hasOlder: boolean;
  /** What others have written from there on was not read when one came; null where there was nothing. */
  unreadSeq: number | null;
}

type Dated = Extract<TimelineItem, { at: Date }>;
type Said = Extract<TimelineItem, { kind: 'message' }>;
type Extra = Extract<TimelineItem, { offer: OfferView }>;

/** `isFirst` and `isLast` of several in a row by the same person, who did not pause for longer than this. */
const RUN_MS = 5 * 60_000;

export function buildTimeline({
  messages,
  messagesById,
  offers,
  gap,
  hasOlder,
  unreadSeq,
}: TimelineInput): TimelineItem[] {
  const from = hasOlder ? (messages[0]?.createdAt.getTime() ?? 0) : 0;
  const extras = offers
    .flatMap(offerItems)
    .filter(({ at }) => at.getTime() >= from)
    .toSorted((one, other) => one.at.getTime() - other.at.getTime());
  const flow = merge(
    messages.map((message) => messageItem(message, messagesById)),
    extras,
  );
  const items: TimelineItem[] = hasOlder ? [] : [{ kind: 'start', key: 'start' }];
  let isMarked = unreadSeq === null;
  let before: Dated | undefined;
  for (const [index, item] of flow.entries()) {
    // Whether a day begins with the first one here is not known while there are others before it.
    const isNewDay = before === undefined ? !hasOlder : !isSameDay(before.at, item.at);
    if (isNewDay) items.push({ kind: 'day', key: `day before ${item.key}`, at: item.at });
    const isAfterGap = before !== undefined && before.key === gap?.afterKey;
    const isUnread =
      !isMarked && isNew(item, unreadSeq) && !isAfterGap && (before !== undefined || !hasOlder);
    // Where it begins may not be loaded: then it is not among these.
    if (isNew(item, unreadSeq)) isMarked = true;
    if (isUnread) {
      items.push({ kind: 'unread', key: 'unread' });
    }
    if (item.kind === 'message') {
      const isFirst = isNewDay || isUnread || isAfterGap || !isRun(before, item);
      const next = flow[index + 1];
      const isLast =
        item.key === gap?.afterKey ||
        !isRun(item, next) ||
        (next !== undefined && !isSameDay(item.at, next.at));
      items.push({ ...item, isFirst, isLast });
    } else items.push(item);
    if (item.key === gap?.afterKey) items.push({ kind: 'gap', key: 'gap', gap });
    before = item;
  }
  return items;
}

/** Written by someone else, at `unreadSeq` or after it. */
function isNew(item: Dated, unreadSeq: number | null): boolean {
  if (item.kind !== 'message' || unreadSeq === null) return false;
  const { seq, isMine } = item.message;
  return !isMine && seq !== null && seq >= unreadSeq;
}

function offerItems(offer: OfferView): Extra[] {
  const card: Extra = { kind: 'offer', key: offer.id, at: offer.createdAt, offer };
  // A counter-offer is a card of its own, at the same moment.
  if (offer.status === 'pending' || offer.status === 'countered') return [card];
  return [card, { kind: 'outcome', key: `${offer.id} outcome`, at: offer.updatedAt, offer }];
}

function messageItem(message: MessageView, messagesById: TimelineInput['messagesById']): Said {
  const { key, createdAt: at, replyToId } = message;
  const quoted = (replyToId !== null && messagesById.get(replyToId)) || null;
  return { kind: 'message', key, at, message, quoted, isFirst: true, isLast: true };
}

/** Messages stay in the order in which they are, whatever their times say. */
function merge(messages: readonly Said[], extras: readonly Extra[]): Dated[] {
  const merged: Dated[] = [];
  let next = 0;
  for (const message of messages) {
    for (let extra = extras[next]; extra !== undefined && extra.at < message.at; extra = extras[++next]) {
      merged.push(extra);
    }
    merged.push(message);
  }
  return [...merged, ...extras.slice(next)];
}

function isRun(one: Dated | undefined, next: Dated | undefined): boolean {
  return (
    one?.kind === 'message' &&
    next?.kind === 'message' &&
    one.message.userId === next.message.userId &&
    +next.at - +one.at < RUN_MS
  );
}

function isSameDay(one: Date, other: Date): boolean {
  return (
    one.getDate() === other.getDate() &&
    one.getMonth() === other.getMonth() &&
    one.getFullYear() === other.getFullYear()
  );
}
