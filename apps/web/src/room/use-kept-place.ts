/**
 * What one reads stays where it is while what has come above it is measured. The list keeps the distance from the end
 * then, also for what is measured below; under load that moves what one reads by some of a row.
 */
import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';

import type { TimelineItem } from './timeline.ts';

/** By then everything near has been measured. */
const MEASURED_WITHIN_MS = 1_000;
/** A longer frame counts as one of this: while nothing is drawn, nothing is measured. */
export const LONGEST_FRAME_MS = 50;
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
  const movesUntil = useMoves(frame);

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
    let before = performance.now();
    let until = before + MEASURED_WITHIN_MS;
    const keep = () => {
      const it = list.current;
      looking.current = null;
      const now = performance.now();
      until += Math.max(0, now - before - LONGEST_FRAME_MS);
      before = now;
      if (it === null) return;
      const moved = it.getItemOffset(index) - it.scrollOffset - kept.distance;
      if (now > until || now < movesUntil.current || Math.abs(moved) > ELSEWHERE) {
        // Nobody has taken it while that was kept.
        note();
        return;
      }
      if (Math.abs(moved) >= 1) frame.current?.scrollBy({ top: moved, behavior: 'instant' });
      looking.current = requestAnimationFrame(keep);
    };
    letGo();
    looking.current = requestAnimationFrame(keep);
    return letGo;
  }, [list, frame, items, isPrepended, note, letGo, movesUntil]);

  return { note, letGo };
}

/** Until when what was touched may go on moving, in milliseconds … */
const GLIDES_MS = 2_500;
/** … and what was moved otherwise. */
const MOVES_MS = 500;

/** Until when one moves it oneself, and nobody else is to. */
function useMoves(frame: RefObject<HTMLElement | null>): RefObject<number> {
  const until = useRef(0);
  useEffect(() => {
    const place = frame.current;
    if (place === null) return undefined;
    const move = ({ type, target }: Event) => {
      // The scrollbar says only that it has come to rest.
      const isHeld = type === 'pointerdown' && target === place;
      const left = isHeld ? Infinity : type.startsWith('touch') ? GLIDES_MS : MOVES_MS;
      until.current = performance.now() + left;
    };
    const rest = () => (until.current = 0);
    const moves = ['wheel', 'touchstart', 'touchmove', 'touchend', 'keydown', 'pointerdown'];
    for (const type of moves) place.addEventListener(type, move, { passive: true });
    place.addEventListener('scrollend', rest);
    return () => {
      for (const type of moves) place.removeEventListener(type, move);
      place.removeEventListener('scrollend', rest);
    };
  }, [frame]);
  return until;
}
