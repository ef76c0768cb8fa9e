import type { InboxEvent } from '@parley/client';
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Notice {
  key: string;
  conversationId: string;
  text: string;
}

/** The newest few; an older one makes room. */
const NOTICES = 3;
const SHOWN_MS = 10_000;

/** What is to be said of offers in talks that are not open. */
export function useNotices(openId: string | null) {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const open = useRef(openId);
  useEffect(() => {
    open.current = openId;
  }, [openId]);

  const newest = notices.at(-1)?.key;
  useEffect(() => {
    if (newest === undefined) return undefined;
    const timer = setTimeout(() => setNotices([]), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [newest]);

  const notify = useCallback((event: InboxEvent) => {
    if (event.type !== 'new-offer' && event.type !== 'offer-accepted') return;
    const { conversationId, offer } = event.payload;
    if (conversationId === open.current) return;
    const text = event.type === 'new-offer' ? `New offer: ${offer.title}` : `Accepted: ${offer.title}`;
    const notice = { key: `${offer.id} ${event.type}`, conversationId, text };
    setNotices((shown) => [...shown.filter(({ key }) => key !== notice.key), notice].slice(-NOTICES));
  }, []);
  const dismiss = useCallback(
    (gone: string) => setNotices((shown) => shown.filter(({ key }) => key !== gone)),
    [],
  );
  return { notices: notices.filter(({ conversationId }) => conversationId !== openId), notify, dismiss };
}
