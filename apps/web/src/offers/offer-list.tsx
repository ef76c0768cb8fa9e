import type { OfferView } from '@parley/client';

import { Badge } from '../components/ui/badge.tsx';
import { STATUS_TEXTS, STATUS_TONES } from './offer-status.ts';
import { priceText } from './price.ts';

interface OfferListProps {
  offers: readonly OfferView[];
  onOffer: (offerId: string) => void;
}

/** What was offered in a talk, the newest first. */
export function OfferList({ offers, onOffer }: OfferListProps) {
  return (
    <section aria-labelledby="offers" className="grid gap-3">
      <h2 id="offers" className="text-sm font-semibold">
        Offers
      </h2>
      {offers.length === 0 && <p className="text-sm text-muted-foreground">None so far.</p>}
      <ul className="-mx-3 grid gap-0.5">
        {offers.map((offer) => (
          <li key={offer.id}>
            <button
              type="button"
              onClick={() => onOffer(offer.id)}
              className="flex w-full items-center gap-3 rounded-2xl px-3 py-2.5 text-left transition-colors hover:bg-accent"
            >
              <span className="grid min-w-0 flex-1 leading-tight">
                <span className="truncate text-sm font-medium">{offer.title}</span>
                <span className="text-[0.8125rem] text-muted-foreground tabular-nums">
                  {priceText(offer)}
                </span>
              </span>
              <Badge tone={STATUS_TONES[offer.status]}>{STATUS_TEXTS[offer.status]}</Badge>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
