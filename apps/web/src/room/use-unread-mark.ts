import { useState } from 'react';

interface UnreadMark {
  /** The first message that had not been read when one came; null where there is none. */
  unreadSeq: number | null;
  /** One has answered: nothing is new any more. */
  clear: () => void;
}

/**
 * Where the divider stands. It stays while one reads on, and is set anew by what comes while the page is out of sight.
 */
export function useUnreadMark(firstUnreadSeq: number | null, isVisible: boolean): UnreadMark {
  const [unreadSeq, setUnreadSeq] = useState(firstUnreadSeq);
  const [isCaughtUp, setCaughtUp] = useState(firstUnreadSeq === null);
  if (firstUnreadSeq === null && !isCaughtUp) setCaughtUp(true);
  if (firstUnreadSeq !== null && isCaughtUp) {
    setCaughtUp(false);
    if (!isVisible) setUnreadSeq(firstUnreadSeq);
  }
  return { unreadSeq, clear: () => setUnreadSeq(null) };
}
