/**
 * Where the history stands: at its end while one is there, where one reads otherwise, whatever is loaded above or
 * arrives below. It opens at the first unread message, or else at the end. It never moves under a finger or a pressed
 * button of the mouse, and gives way to the wheel.
 */
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type PointerEvent,
  type RefObject,
} from 'react';
import type { VirtualizerHandle } from 'virtua';

import type { TimelineItem } from './timeline.ts';
import { LONGEST_FRAME_MS, useKeptPlace } from './use-kept-place.ts';
import { usePrepended } from './use-prepended.ts';
import { useScrollToTarget } from './use-scroll-to-target.ts';

/** Nearer to the end than this counts as being there, in pixels. */
const NEAR = 40;
/** Older ones are asked for when so much is left above, in pixels. */
const AHEAD = 900;
/** So much stays free above the first unread message, in pixels. */
const ABOVE_UNREAD = 8;
/** Until the list has been measured it may take so long to get to where it was sent. */
const SETTLES_WITHIN_MS = 1_000;

/** Where it stays though what is around changes; null where one has gone elsewhere. */
type Place = 'end' | 'unread' | null;

interface HistoryScroll {
  list: RefObject<VirtualizerHandle | null>;
  /** What scrolls. */
  frame: RefObject<HTMLElement | null>;
  items: readonly TimelineItem[];
  target: { id: string } | null;
  /** See `TimelineInput`. */
  unreadSeq: number | null;
  hasOlder: boolean;
  onOlder: () => void;
  onSeen: (seq: number) => void;
}

export function useHistoryScroll({
  list,
  frame,
  items,
  target,
  unreadSeq,
  hasOlder,
  onOlder,
  onSeen,
}: HistoryScroll) {
  const [isAtBottom, setAtBottom] = useState(true);
  const [isUnreadAbove, setUnreadAbove] = useState(false);
  /** The divider that one has had before one's eyes needs no button any more. */
  const seenUnread = useRef<number | null>(null);
  const place = useRef<Place>('end');
  /** When it was sent to its place, until it has got there. */
  const sentAt = useRef<number | null>(null);
  const lookedAt = useRef(0);
  const settle = useRef<() => void>(() => undefined);
  const sending = useRef(0);
  const opened = useRef(false);
  /** Where it was when a row was pressed that is still held. */
  const heldAt = useRef<number | null>(null);

  const isPrepended = usePrepended(items);
  const { note, letGo: leavePlace } = useKeptPlace({ list, frame, items, isPrepended });

  const look = useCallback(() => {
    const it = list.current;
    if (it === null || items.length === 0) return;
    note();
    const bottom = it.scrollOffset + it.viewportSize;
    const isEnd = it.scrollSize - bottom < NEAR;
    setAtBottom(isEnd);
    const lastIndex = isEnd ? items.length - 1 : it.findItemIndex(bottom);
    const seq = newestSeq(items, lastIndex);
    if (seq !== null) onSeen(seq);
    const unread = items.findIndex(({ kind }) => kind === 'unread');
    const isAbove = unread === -1 ? hasOlder : it.getItemOffset(unread) < it.scrollOffset - 1;
    const distance = it.getItemOffset(unread) - ABOVE_UNREAD - it.scrollOffset;
    const isThere =
      place.current === 'end'
        ? isEnd
        : place.current === null || Math.abs(distance) < 2 || (isEnd && distance > 0);
    const now = performance.now();
    if (sentAt.current !== null) sentAt.current += Math.max(0, now - lookedAt.current - LONGEST_FRAME_MS);
    lookedAt.current = now;
    const isSettling = sentAt.current !== null && now - sentAt.current < SETTLES_WITHIN_MS;
    if (isThere || !isSettling) sentAt.current = null;
    const isFree = !isSettling && heldAt.current === null;
    if (isFree && (!isThere || place.current === null)) place.current = isEnd ? 'end' : null;
    if (unread !== -1 && !isAbove && it.getItemOffset(unread) < bottom) seenUnread.current = unreadSeq;
    setUnreadAbove(unreadSeq !== null && seenUnread.current !== unreadSeq && isAbove);
    if (hasOlder && it.scrollOffset < AHEAD) onOlder();
  }, [list, items, unreadSeq, hasOlder, onOlder, onSeen, note]);

  const send = useCallback(
    (to: 'end' | 'unread', scroll: () => void) => {
      if (place.current !== to || sentAt.current === null) {
        sentAt.current = lookedAt.current = performance.now();
      }
      place.current = to;
      leavePlace();
      scroll();
      cancelAnimationFrame(sending.current);
      sending.current = requestAnimationFrame(() => settle.current());
    },
    [leavePlace],
  );
  const toBottom = useCallback(() => {
    send('end', () => list.current?.scrollToIndex(items.length - 1, { align: 'end', offset: NEAR }));
  }, [list, items.length, send]);
  const toUnread = useCallback(() => {
    const index = items.findIndex(({ kind }) => kind === 'unread');
    if (index === -1) {
      // There is nowhere to get to: the next look tells where one is.
      sentAt.current = null;
      return;
    }
    send('unread', () => list.current?.scrollToIndex(index, { align: 'start', offset: -ABOVE_UNREAD }));
  }, [list, items, send]);
  const stay = useCallback(() => {
    if (heldAt.current !== null) return;
    if (place.current === 'end') toBottom();
    else if (place.current === 'unread') toUnread();
  }, [toBottom, toUnread]);
  useEffect(() => {
    // The list goes no further than it has drawn, and draws what it has measured.
    settle.current = () => {
      look();
      if (sentAt.current !== null) stay();
    };
  }, [look, stay]);
  const letGo = useCallback(() => {
    sentAt.current = null;
    cancelAnimationFrame(sending.current);
  }, []);
  useEffect(() => letGo, [letGo]);
  const onHold = useCallback(
    ({ target, currentTarget, button }: PointerEvent) => {
      letGo();
      // What opens a menu may never be let go of here.
      if (button !== 0) return;
      // The scrollbar does not say when it is let go.
      if (target !== currentTarget) heldAt.current = list.current?.scrollOffset ?? null;
    },
    [list, letGo],
  );
  useEffect(() => {
    const release = () => {
      const before = heldAt.current;
      heldAt.current = null;
      if (before === null) return;
      // What was pressed may lead elsewhere.
      sending.current = requestAnimationFrame(() => {
        if (list.current?.scrollOffset === before) stay();
        else look();
      });
    };
    addEventListener('pointerup', release);
    addEventListener('pointercancel', release);
    return () => {
      removeEventListener('pointerup', release);
      removeEventListener('pointercancel', release);
    };
  }, [list, look, stay]);

  const lastKey = items.at(-1)?.key;
  const own = items.findLastIndex((item) => item.kind === 'message' && item.message.isMine);
  const ownKey = items[own]?.key;
  const shownOwn = useRef(ownKey);
  const shownLast = useRef(lastKey);
  useLayoutEffect(() => {
    if (lastKey === undefined) return;
    if (!opened.current) {
      opened.current = true;
      place.current = items.some(({ kind }) => kind === 'unread') ? 'unread' : 'end';
      stay();
      return;
    }
    const before = items.findIndex(({ key }) => key === shownLast.current);
    const isOwn = ownKey !== shownOwn.current && before !== -1 && own > before;
    shownOwn.current = ownKey;
    shownLast.current = lastKey;
    if (isOwn) toBottom();
    else stay();
  }, [items, lastKey, own, ownKey, toBottom, stay]);

  useEffect(() => {
    // Once the list has been laid out.
    const looking = requestAnimationFrame(look);
    return () => cancelAnimationFrame(looking);
  }, [look]);

  const isTargetThere = useScrollToTarget({ items, target, list });
  useEffect(() => {
    if (!isTargetThere) return;
    place.current = null;
    sentAt.current = null;
  }, [isTargetThere]);

  const onResize = useCallback(() => {
    stay();
    look();
  }, [stay, look]);

  return {
    isPrepended,
    isAtBottom,
    isUnreadAbove,
    toBottom,
    onScroll: look,
    onResize,
    onHold,
    onWheel: letGo,
  };
}

/** Of the messages up to an index. */
function newestSeq(items: readonly TimelineItem[], lastIndex: number): number | null {
  for (let index = lastIndex; index >= 0; index -= 1) {
    const item = items[index];
    if (item?.kind === 'message' && item.message.seq !== null) return item.message.seq;
  }
  return null;
}
