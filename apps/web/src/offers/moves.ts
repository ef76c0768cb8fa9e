import type { Offer } from '@parley/client';

export type MoveName = 'accept' | 'counter' | 'decline' | 'withdraw' | 'complete' | 'cancel';

interface Move {
  name: MoveName;
  text: string;
  variant: 'primary' | 'outline' | 'destructive';
}

/** In the order in which their buttons stand. Which of them there are now, the offer itself tells. */
export const MOVES: readonly Move[] = [
  { name: 'accept', text: 'Accept', variant: 'primary' },
  { name: 'counter', text: 'Counter', variant: 'outline' },
  { name: 'decline', text: 'Decline', variant: 'destructive' },
  { name: 'withdraw', text: 'Withdraw', variant: 'destructive' },
  { name: 'complete', text: 'Mark as completed', variant: 'primary' },
  { name: 'cancel', text: 'Cancel the deal', variant: 'destructive' },
];

/** Who still has to confirm that an accepted offer was carried out; null where nobody has yet. */
export function waitingText(
  {
    status,
    completedBy,
    authorId,
    recipientId,
  }: Pick<Offer, 'status' | 'completedBy' | 'authorId' | 'recipientId'>,
  myId: string,
  name: (userId: string) => string,
): string | null {
  const [first] = completedBy;
  if (status !== 'accepted' || first === undefined) return null;
  if (first !== myId) return `${name(first)} says that it is completed.`;
  const other = myId === authorId ? recipientId : authorId;
  return `You marked it as completed; ${name(other)} has to do so too.`;
}
