import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Nearer to the end than this counts as being there, in pixels. */
const NEAR = 48;

interface Bottom {
  list: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLOListElement | null>;
  isAtBottom: boolean;
  scrollDown: () => void;
}

/**
 * Keeps a list at its end while it grows there, and where it was when something is put in front of it or when one has
 * scrolled up to read.
 *
 * @param firstKey what the list begins with; another one means that something was put in front
 * @param ownKey the newest thing that one has written oneself: it is always scrolled to
 */
export function useBottom(firstKey: string | undefined, ownKey: string | undefined): Bottom {
  const list = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLOListElement>(null);
  const atBottom = useRef(true);
  const fromEnd = useRef(0);
  const shownFirst = useRef(firstKey);
  const [isAtBottom, setAtBottom] = useState(true);

  const scrollDown = useCallback(() => {
    const element = list.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, []);

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const isLonger = shownFirst.current !== firstKey;
    shownFirst.current = firstKey;
    if (atBottom.current) scrollDown();
    else if (isLonger) element.scrollTop = element.scrollHeight - fromEnd.current;
  }, [firstKey, scrollDown]);

  useLayoutEffect(() => {
    if (ownKey !== undefined) scrollDown();
  }, [ownKey, scrollDown]);

  useEffect(() => {
    const element = list.current;
    const inner = content.current;
    if (element === null || inner === null) return undefined;
    const scrolled = () => {
      fromEnd.current = element.scrollHeight - element.scrollTop;
      atBottom.current = fromEnd.current - element.clientHeight < NEAR;
      setAtBottom(atBottom.current);
    };
    const resized = new ResizeObserver(() => {
      if (atBottom.current) scrollDown();
      scrolled();
    });
    element.addEventListener('scroll', scrolled, { passive: true });
    resized.observe(element);
    resized.observe(inner);
    return () => {
      element.removeEventListener('scroll', scrolled);
      resized.disconnect();
    };
  }, [scrollDown]);

  return { list, content, isAtBottom, scrollDown };
}
