import { useState } from 'react';

import type { TimelineItem } from './timeline.ts';

/** Whether these items have begun with others than those before, which are still among them. */
export function usePrepended(items: readonly TimelineItem[]): boolean {
  const [shown, setShown] = useState(items);
  const [isPrepended, setPrepended] = useState(false);
  if (shown !== items) {
    const anchor = shown.find(({ kind }) => kind === 'message' || kind === 'offer');
    const [before, now] = [indexOf(shown, anchor), indexOf(items, anchor)];
    setShown(items);
    setPrepended(now > before);
    return now > before;
  }
  return isPrepended;
}

function indexOf(items: readonly TimelineItem[], anchor: TimelineItem | undefined): number {
  return anchor === undefined ? -1 : items.findIndex(({ key }) => key === anchor.key);
}
