import { useEffect, useRef, type RefObject } from 'react';

import { talkPath } from '../routing/route.ts';

/** Gives the focus back to the row of a talk that one has left for the list. */
export function useReturnFocus(openId: string | null): RefObject<HTMLUListElement | null> {
  const rows = useRef<HTMLUListElement>(null);
  const before = useRef(openId);
  useEffect(() => {
    const left = before.current;
    before.current = openId;
    if (openId !== null || left === null) return;
    const links = rows.current?.querySelectorAll('a') ?? [];
    [...links].find((link) => link.getAttribute('href') === talkPath(left))?.focus();
  }, [openId]);
  return rows;
}
