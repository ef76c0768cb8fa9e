import type { Offer, OfferView } from '@parley/client';
import { useConnection } from '@parley/client/react';
import { useState } from 'react';

import { Confirm } from '../components/ui/alert-dialog.tsx';
import { Button } from '../components/ui/button.tsx';
import { useRoomScope } from '../room/room-context.ts';
import { nameIn } from '../talks/names.ts';
import { MOVES, waitingText, type MoveName } from './moves.ts';
import { useMove } from './use-move.ts';

/** What one can do to an offer now, and what became of what one tried. */
export function OfferMoves({ offer }: { offer: OfferView }) {
  const { participants, myId, counter } = useRoomScope();
  const { isBusy, problem, move } = useMove(participants, myId);
  const [isCancelling, setCancelling] = useState(false);
  const isConnected = useConnection(({ state }) => state === 'open');
  const names = MOVES.filter(({ name }) => name in offer.moves);
  const waiting = waitingText(offer, myId, (id) => nameIn(participants, id));
  if (names.length === 0 && problem === undefined) return null;

  const press = (name: MoveName) => {
    if (name === 'counter') counter(offer);
    else if (name === 'cancel') setCancelling(true);
    else void move(offer, name);
  };
  return (
    <footer className="grid gap-3 border-t px-5 py-4">
      {waiting !== null && <p className="text-[0.8125rem] wrap-anywhere text-muted-foreground">{waiting}</p>}
      {offer.pending !== null && !isConnected && (
        <p role="status" className="text-[0.8125rem] text-muted-foreground">
          Waiting for the connection: it is not agreed until the server has it. Keep this page open.
        </p>
      )}
      {problem !== undefined && (
        <p
          role="alert"
          className="rounded-xl bg-deal-soft px-3 py-2 text-[0.8125rem] wrap-anywhere text-deal"
        >
          {problem}
        </p>
      )}
      {names.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {names.map(({ name, text, variant }) => (
            <Button
              key={name}
              size="small"
              variant={variant}
              disabled={isBusy || offer.pending !== null}
              aria-label={`${text}: ${offer.title}`}
              onClick={() => press(name)}
            >
              {text}
            </Button>
          ))}
        </div>
      )}
      {isCancelling && (
        <Confirm
          title="Cancel the deal?"
          text={`“${offer.title}” was accepted. Cancelling it cannot be taken back.`}
          action="Cancel the deal"
          refusal="Keep it"
          onConfirm={() => void move(offer, 'cancel')}
          onClose={() => setCancelling(false)}
        />
      )}
    </footer>
  );
}

/** The moves of an offer by name, for a button that knows its name alone. */
export type MovesByName = Partial<Record<Exclude<MoveName, 'counter'>, () => Promise<Offer>>>;
