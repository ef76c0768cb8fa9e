/**
 * What one reads stays where it is while what has come above it is measured. The list keeps the distance from the end
 * then, also for what is measured below; under load that moves what one reads by some of a row.
 */
import { useCallback, useLayoutEffect, useRef, type RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';

import type { TimelineItem } from './timeline.ts';

/** By then everything near has been measured. */
const MEASURED_WITHIN_MS = 1_000;
/** Further away than this, in pixels, one has gone elsewhere. */
const ELSEWHERE = 200;

interface Place {
  key: string;
  /** Of the row from the top of what is seen, in pixels. */
  distance: number;
}

interface Options {
  list: RefObject<VirtualizerHandle | null>;
  frame: RefObject<HTMLElement | null>;
  items: readonly TimelineItem[];
  isPrepended: boolean;
}

export function useKeptPlace({ list, frame, items, isPrepended }: Options) {
  const place = useRef<Place | null>(null);
  const looking = useRef<number | null>(null);

  const letGo = useCallback(() => {
    if (looking.current !== null) cancelAnimationFrame(looking.current);
    looking.current = null;
  }, []);

  /** Takes where one is, unless that is being kept. */
  const note = useCallback(() => {
    const it = list.current;
    if (it === null || looking.current !== null) return;
    // The first one changes by what comes before it: whether it is the first of several in a row.
    const index = Math.min(it.findItemIndex(it.scrollOffset) + 1, items.length - 1);
    const key = items[index]?.key;
    place.current = key === undefined ? null : { key, distance: it.getItemOffset(index) - it.scrollOffset };
  }, [list, items]);

  useLayoutEffect(() => {
    const { current: kept } = place;
    const index = kept === null ? -1 : items.findIndex(({ key }) => key === kept.key);
    if (!isPrepended || kept === null || index === -1) return undefined;
    const until = performance.now() + MEASURED_WITHIN_MS;
    let { distance } = kept;
    let before: { row: number; scroll: number } | undefined;
    const keep = () => {
      const it = list.current;
      looking.current = null;
      if (it === null || performance.now() > until) return;
      const [row, scroll] = [it.getItemOffset(index), it.scrollOffset];
      // What scrolls while nothing has been measured is whoever reads.
      if (before?.row === row && Math.abs(before.scroll - scroll) >= 1) distance = row - scroll;
      const moved = row - scroll - distance;
      if (Math.abs(moved) > ELSEWHERE) return;
      const correction = Math.abs(moved) < 1 ? 0 : moved;
      if (correction !== 0) frame.current?.scrollBy({ top: correction, behavior: 'instant' });
      before = { row, scroll: scroll + correction };
      looking.current = requestAnimationFrame(keep);
    };
    letGo();
    looking.current = requestAnimationFrame(keep);
    return letGo;
  }, [list, frame, items, isPrepended, letGo]);

  return { note, letGo };
}
