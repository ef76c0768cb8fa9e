import type { OfferView } from '@parley/client';
import { Handshake } from 'lucide-react';
import { memo } from 'react';

import { Badge } from '../components/ui/badge.tsx';
import { cn } from '../lib/cn.ts';
import { LinkedText } from '../lib/linked-text.tsx';
import { clockTime, exactTime } from '../lib/time.ts';
import { useRoomScope } from '../room/room-context.ts';
import { nameIn } from '../talks/names.ts';
import { Countdown } from './countdown.tsx';
import { OfferChain } from './offer-chain.tsx';
import { OfferMoves } from './offer-moves.tsx';
import { STATUS_TEXTS, STATUS_TONES } from './offer-status.ts';
import { priceText } from './price.ts';

/** An offer in the flow of the talk. One that led to nothing is drawn small. */
export const OfferCard = memo(function OfferCard({ offer }: { offer: OfferView }) {
  const { conversation, participants, myId, offerOf } = useRoomScope();
  const { id, title, terms, status, createdAt, expiresAt, parentOfferId, authorId } = offer;
  const who = (userId: string) => (userId === myId ? 'you' : nameIn(participants, userId));
  const isAlive = status === 'pending' || status === 'accepted' || status === 'completed';
  const parent = parentOfferId === null ? undefined : offerOf(parentOfferId);
  const headingId = `offer-${id}`;
  return (
    <div className={cn('flex py-2.5', authorId === myId ? 'justify-end' : 'justify-start')}>
      <article
        data-slot="offer"
        data-row
        tabIndex={-1}
        aria-labelledby={headingId}
        className={cn(
          'w-full max-w-104 overflow-hidden rounded-3xl border bg-card',
          isAlive ? 'shadow-soft' : 'bg-transparent',
          status === 'pending' && 'border-deal-line/60',
        )}
      >
        <header className="flex items-center gap-2 px-5 pt-4 text-[0.8125rem] text-muted-foreground">
          <Handshake aria-hidden className="size-4 shrink-0 text-deal" />
          <span className="min-w-0 flex-1 truncate">
            {parentOfferId === null ? 'Offer' : 'Counter-offer'} from {who(authorId)}
            {conversation.kind === 'group' && ` to ${who(offer.recipientId)}`}
          </span>
          <time
            dateTime={createdAt.toISOString()}
            title={exactTime(createdAt)}
            className="shrink-0 text-xs tabular-nums"
          >
            {clockTime(createdAt)}
          </time>
          <Badge tone={STATUS_TONES[status]}>{STATUS_TEXTS[status]}</Badge>
        </header>
        <div className="grid grid-cols-1 gap-1 px-5 pt-2.5 pb-4">
          <h2
            id={headingId}
            className={cn('wrap-anywhere', isAlive ? 'font-semibold' : 'text-sm font-medium')}
          >
            {title}
          </h2>
          <p className="flex flex-wrap items-baseline gap-x-2.5">
            <span
              className={cn(
                'font-semibold tracking-tight tabular-nums',
                isAlive ? 'text-2xl' : 'text-base text-muted-foreground',
              )}
            >
              {priceText(offer)}
            </span>
            {parent !== undefined && isAlive && priceText(parent) !== priceText(offer) && (
              <s className="text-sm text-muted-foreground tabular-nums">
                <span className="sr-only">instead of </span>
                {priceText(parent)}
              </s>
            )}
          </p>
          {isAlive && (
            <p className="mt-1 text-sm whitespace-pre-wrap text-muted-foreground wrap-anywhere">
              <LinkedText text={terms} />
            </p>
          )}
          {status === 'pending' && expiresAt !== null && <Countdown offerId={id} at={expiresAt} />}
          {isAlive && <OfferChain offer={offer} />}
        </div>
        <OfferMoves offer={offer} />
      </article>
    </div>
  );
});
