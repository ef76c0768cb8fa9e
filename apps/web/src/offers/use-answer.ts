import { isParleyError, type Offer, type OfferAction } from '@parley/client';
import { useCallback, useState } from 'react';

import type { Room } from '../room/use-room.ts';
import { useParley } from '../session/client-context.ts';
import { problemText } from '../ui/problem.ts';

interface Answer {
  busy: OfferAction | null;
  problem: string | undefined;
  answer: (offer: Offer, action: Exclude<OfferAction, 'countered'>) => void;
}

/** Answers an offer as one has seen it: if it has changed meanwhile, nothing happens but that the newer one is shown. */
export function useAnswer({ conversationId, dispatch }: Pick<Room, 'conversationId' | 'dispatch'>): Answer {
  const { client } = useParley();
  const [busy, setBusy] = useState<OfferAction | null>(null);
  const [problem, setProblem] = useState<string>();

  const answer = useCallback(
    ({ id, version }: Offer, status: Exclude<OfferAction, 'countered'>) => {
      setBusy(status);
      setProblem(undefined);
      client.trpc.offers.update
        .mutate({ conversationId, offerId: id, status, expectedVersion: version })
        .then(
          ({ offer }) => dispatch({ type: 'offer', offer }),
          (error: unknown) => {
            setProblem(problemText(error));
            const now = isParleyError(error) ? error.data.offer : undefined;
            if (now !== undefined) dispatch({ type: 'offer', offer: now });
          },
        )
        .finally(() => setBusy(null));
    },
    [client, conversationId, dispatch],
  );
  return { busy, problem, answer };
}
