/** The judge: a pure function of a history, which knows the contract and nothing of the server. */
import type { Entry } from '../history.ts';
import { checkAnswers } from './answers.ts';
import { checkCursors } from './cursors.ts';
import { checkEphemerals } from './ephemerals.ts';
import { checkFinals } from './finals.ts';
import { checkInboxes } from './inboxes.ts';
import { Ledger } from './ledger.ts';
import { Memberships } from './memberships.ts';
import { checkOffers } from './offers.ts';
import { checkOrder } from './order.ts';
import { checkOutsiders } from './outsiders.ts';
import { checkSends } from './sends.ts';
import { tally, type Tally } from './tally.ts';
import type { Violation } from './violation.ts';
import { checkWatermarks } from './watermarks.ts';

export interface Verdict {
  violations: readonly Violation[];
  tally: Tally;
}

export function check(entries: readonly Entry[]): Verdict {
  const ledger = new Ledger(entries);
  const memberships = new Memberships(ledger);
  const violations = [
    ...checkAnswers(ledger),
    ...checkSends(ledger, memberships),
    ...checkCursors(ledger, memberships),
    ...checkOrder(ledger, memberships),
    ...checkOutsiders(ledger, memberships),
    ...checkWatermarks(ledger),
    ...checkOffers(ledger, memberships),
    ...checkInboxes(ledger, memberships),
    ...checkFinals(ledger, memberships),
    ...checkEphemerals(ledger),
  ];
  return { violations, tally: tally(ledger, violations) };
}
