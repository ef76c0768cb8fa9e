import type { Offer } from '@parley/client';

import type { Room } from '../room/use-room.ts';
import { useParley } from '../session/client-context.ts';
import { nameIn } from '../talks/names.ts';
import { actionsFor } from './offer-actions.ts';
import { useAnswer } from './use-answer.ts';

interface OfferAnswersProps {
  room: Room;
  offer: Offer;
  onCounter: () => void;
}

/** What one can do to an offer now. */
export function OfferAnswers({ room, offer, onCounter }: OfferAnswersProps) {
  const { me } = useParley();
  const { busy, problem, answer } = useAnswer(room);
  const actions = actionsFor(offer, me.id);
  const waitsFor = offer.status === 'accepted' ? waitingText(offer, me.id, room) : null;
  if (actions.length === 0 && problem === undefined) return null;
  return (
    <footer className="offer-answers">
      {waitsFor !== null && <p className="offer-waiting">{waitsFor}</p>}
      {problem !== undefined && (
        <p className="field-problem" role="alert">
          {problem}.
        </p>
      )}
      {actions.length > 0 && (
        <div className="offer-buttons">
          {actions.map(({ action, text, look }) => (
            <button
              key={action}
              type="button"
              className={`button button-small button-${look}`}
              disabled={busy !== null}
              aria-label={`${text}: ${offer.title}`}
              onClick={() => (action === 'countered' ? onCounter() : answer(offer, action))}
            >
              {text}
            </button>
          ))}
        </div>
      )}
    </footer>
  );
}

function waitingText(
  { completedBy, authorId, recipientId }: Offer,
  myId: string,
  { people }: Room,
): string | null {
  const [first] = completedBy;
  if (first === undefined) return null;
  if (first !== myId) return `${nameIn(people, first)} says that it is completed.`;
  return `You marked it as completed; ${nameIn(people, myId === authorId ? recipientId : authorId)} has to do so too.`;
}
