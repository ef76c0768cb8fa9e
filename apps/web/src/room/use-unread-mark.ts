import { useCallback, useState } from 'react';

interface Reading {
  /** One has read up to there. */
  readSeq: number;
  hasUnread: boolean;
  isVisible: boolean;
}

interface UnreadMark {
  /** What others have written from there on had not been read when one came; null where there was nothing. */
  unreadSeq: number | null;
  /** One has answered: nothing is new any more. */
  clear: () => void;
}

/** Where the divider stands. It stays while one reads on, and is set anew by what comes while the page is out of sight. */
export function useUnreadMark({ readSeq, hasUnread, isVisible }: Reading): UnreadMark {
  const [unreadSeq, setUnreadSeq] = useState(hasUnread ? readSeq + 1 : null);
  const [isCaughtUp, setCaughtUp] = useState(!hasUnread);
  if (hasUnread === isCaughtUp) {
    setCaughtUp(!hasUnread);
    if (hasUnread && !isVisible) setUnreadSeq(readSeq + 1);
  }
  return { unreadSeq, clear: useCallback(() => setUnreadSeq(null), []) };
}
