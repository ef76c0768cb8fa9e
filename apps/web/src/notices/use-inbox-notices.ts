import { useParley } from '@parley/client/react';
import { useEffect, useRef } from 'react';

import { priceText } from '../offers/price.ts';
import { notify } from './notices.ts';

/** Says what happens to offers in talks that are not open. */
export function useInboxNotices(openId: string | undefined): void {
  const { inbox } = useParley();
  const open = useRef(openId);
  useEffect(() => {
    open.current = openId;
  }, [openId]);
  useEffect(() => {
    const ends = [
      inbox.on('new-offer', ({ conversationId, offer }) => {
        if (conversationId === open.current) return;
        notify({ key: offer.id, title: `New offer: ${offer.title}`, text: priceText(offer), conversationId });
      }),
      inbox.on('offer-accepted', ({ conversationId, offer }) => {
        if (conversationId === open.current) return;
        notify({ key: offer.id, title: `Accepted: ${offer.title}`, text: priceText(offer), conversationId });
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [inbox]);
}
