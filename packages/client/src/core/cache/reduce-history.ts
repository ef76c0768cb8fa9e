/**
 * What is looked for in a room's history: older pages, what is missing, what is around a message. Only who looks for it
 * needs it, so that it comes with the chunk that asks, and is given {@link Adding}: to import it would tear the main chunk.
 */
import type { Id, Message, MessagePage, OfferPage } from '@parley/contract';

import type { Adding, CacheAction } from './action.ts';
import type { CachedRoom } from './state.ts';

/** A page carries the `cursor` that it was asked for with: one that no longer fits where the list has come to is passed over. */
export type HistoryPage =
  | { readonly type: 'older-messages'; readonly cursor: string; readonly page: MessagePage }
  /** The page after the gap's upper end. */
  | { readonly type: 'gap-page'; readonly cursor: string; readonly page: MessagePage }
  /** Around a message: `older` ends with it, `newer` begins with it; each page is newest first. */
  | { readonly type: 'around'; readonly older: MessagePage; readonly newer: MessagePage }
  | { readonly type: 'older-offers'; readonly cursor: string; readonly page: OfferPage };

export const history = (conversationId: Id, told: HistoryPage): CacheAction => ({
  type: 'history',
  conversationId,
  change: (room, adding) => withHistory(room, told, adding),
});

function withHistory(room: CachedRoom, told: HistoryPage, { addMessages, addOffers }: Adding): CachedRoom {
  switch (told.type) {
    case 'older-messages':
      if (room.olderMessages !== told.cursor) return room;
      return { ...addMessages(room, told.page.items), olderMessages: told.page.nextCursor };
    case 'older-offers':
      if (room.olderOffers !== told.cursor) return room;
      return { ...addOffers(room, told.page.items), olderOffers: told.page.nextCursor };
    case 'gap-page': {
      const { gap } = room;
      if (gap?.cursor !== told.cursor) return room;
      const below = room.messages.find(({ seq }) => seq > gap.afterSeq);
      if (isOutdated(told.page, below)) return room;
      return { ...addMessages(room, told.page.items), gap: gapAfter(told.page, below) };
    }
    case 'around': {
      // What lies above the gap gives way to what was found: there is one gap at most.
      const { older, newer } = told;
      const end = room.gap?.afterSeq ?? -1;
      const below = room.messages.filter(({ seq }) => seq > end);
      // Events have kept up what is here; a page may have been read before them.
      const here = new Map(room.messages.map((message) => [message.seq, message]));
      const found = [...newer.items, ...older.items].map((message) => here.get(message.seq) ?? message);
      const bottom = found.at(-1);
      if (bottom === undefined || (below[0] && bottom.seq >= below[0].seq)) return room;
      if (isOutdated({ ...newer, items: found }, below[0])) return room;
      return {
        ...addMessages({ ...room, messages: below }, found),
        gap: gapAfter(newer, below[0]),
        olderMessages: older.nextCursor,
      };
    }
    default:
      return told satisfies never;
  }
}

/** A last page that ends before what is here was read before that was there: it does not tell what lies in between. */
const isOutdated = ({ items, nextCursor }: MessagePage, below: Message | undefined): boolean =>
  nextCursor === null && below !== undefined && (items[0]?.seq ?? -1) < below.seq;

function gapAfter({ items, nextCursor }: MessagePage, below: Message | undefined): CachedRoom['gap'] {
  const top = items[0]?.seq;
  const isOpen = top !== undefined && nextCursor !== null && below !== undefined && top < below.seq;
  return isOpen ? { afterSeq: top, cursor: nextCursor } : null;
}
