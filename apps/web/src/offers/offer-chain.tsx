import type { OfferView } from '@parley/client';
import { ChevronRight } from 'lucide-react';

import { exactTime } from '../lib/time.ts';
import { useRoomScope } from '../room/room-context.ts';
import { nameIn } from '../talks/names.ts';
import { priceText } from './price.ts';

/** The offers that led to this one, from the last to the first; those that are not loaded are left out. */
export function OfferChain({ offer }: { offer: OfferView }) {
  const { participants, myId, offerOf, jumpTo } = useRoomScope();
  const chain = chainOf(offer, offerOf);
  if (chain.length === 0) return null;
  return (
    <details className="group/chain mt-1 text-[0.8125rem]">
      <summary className="flex w-fit items-center gap-1 rounded-md py-0.5 text-muted-foreground select-none hover:text-foreground [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-3.5 transition-transform group-open/chain:rotate-90" />
        How it came to this ({chain.length})
      </summary>
      <ol className="mt-1.5 ml-1.5 grid gap-2 border-l pl-4 wrap-anywhere">
        {chain.map((one) => (
          <li key={one.id} className="grid">
            <button
              type="button"
              onClick={() => jumpTo(one.id)}
              className="flex flex-wrap items-baseline gap-x-2 rounded-md text-left hover:underline"
            >
              <span className="font-medium tabular-nums">{priceText(one)}</span>
              <span className="text-muted-foreground">
                {one.authorId === myId ? 'You' : nameIn(participants, one.authorId)},{' '}
                <time dateTime={one.createdAt.toISOString()}>{exactTime(one.createdAt)}</time>
              </span>
            </button>
            <span className="text-muted-foreground">{one.terms}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

function chainOf(offer: OfferView, offerOf: (id: string) => OfferView | undefined): OfferView[] {
  const parent = offer.parentOfferId === null ? undefined : offerOf(offer.parentOfferId);
  return parent === undefined ? [] : [parent, ...chainOf(parent, offerOf)];
}
