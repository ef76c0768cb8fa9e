import { useLayoutEffect, useRef } from 'react';
import type { VirtualizerHandle } from 'virtua';

import type { TimelineItem } from './timeline.ts';

interface Target {
  items: readonly TimelineItem[];
  target: { id: string } | null;
  list: { current: VirtualizerHandle | null };
}

/** Scrolls to a message or an offer once it is there, and once only. Whether it was there at the last look. */
export function useScrollToTarget({ items, target, list }: Target): boolean {
  const done = useRef<{ id: string } | null>(null);
  const index =
    target === null
      ? -1
      : items.findIndex((item) =>
          item.kind === 'message' ? item.message.id === target.id : item.key === target.id,
        );
  const isThere = index !== -1;
  useLayoutEffect(() => {
    if (!isThere || done.current === target) return;
    done.current = target;
    list.current?.scrollToIndex(index, { align: 'center' });
  }, [index, isThere, target, list]);
  return isThere;
}
