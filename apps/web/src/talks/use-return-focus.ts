import { useEffect, useRef, type RefObject } from 'react';

import { talkPath } from '../routing/route.ts';

/** Gives the focus back to the row of a talk that one has left for the list. */
export function useReturnFocus(openId: string | undefined): RefObject<HTMLUListElement | null> {
  const rows = useRef<HTMLUListElement>(null);
  const before = useRef(openId);
  useEffect(() => {
    const left = before.current;
    before.current = openId;
    if (openId !== undefined || left === undefined) return;
    const links = rows.current?.querySelectorAll('a') ?? [];
    [...links].find((link) => link.getAttribute('href') === talkPath(left))?.focus();
  }, [openId]);
  return rows;
}
