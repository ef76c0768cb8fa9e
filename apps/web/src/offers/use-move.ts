import { isParleyError, type OfferView } from '@parley/client';
import { useCallback, useState } from 'react';

import { problemText } from '../lib/problem.ts';
import { nameIn, type Person } from '../talks/names.ts';
import type { MovesByName } from './offer-moves.tsx';
import { outcomeText } from './offer-status.ts';

/** Makes a move, and says what went wrong: most of all that the other one was faster. */
export function useMove(participants: readonly Person[], myId: string) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const move = useCallback(
    async (offer: OfferView, name: keyof MovesByName) => {
      setBusy(true);
      setProblem(undefined);
      try {
        await (offer.moves as MovesByName)[name]?.();
      } catch (error) {
        setProblem(refusalText(error, (id) => (id === myId ? 'You' : nameIn(participants, id))));
      } finally {
        setBusy(false);
      }
    },
    [participants, myId],
  );
  return { isBusy, problem, move };
}

function refusalText(error: unknown, name: (userId: string) => string): string {
  if (isParleyError(error, 'offer_changed')) return 'It has changed meanwhile. Please look at it again.';
  if (!isParleyError(error, 'offer_not_open')) return problemText(error);
  const now = error.data.offer;
  return now === undefined ? 'The other one was faster.' : `Someone was faster: ${outcomeText(now, name)}.`;
}
