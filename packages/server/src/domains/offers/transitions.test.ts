import type { OfferStatus } from '@parley/contract';
import { OfferStatus as OfferStatusSchema } from '@parley/contract/schemas';
import { describe, expect, it } from 'vitest';

import { ACTIONS, expectedOutcome, ROLES, STATUSES, type Role } from './testing/transition-table.ts';
import { decide, TRANSITIONS } from './transitions.ts';

const offer = (status: OfferStatus, completedBy: string[] = []) => ({
  status,
  completedBy,
  authorId: 'author',
  recipientId: 'recipient',
});

const INSIDERS = ROLES.filter((role): role is Exclude<Role, 'outsider'> => role !== 'outsider');
const CASES = STATUSES.flatMap((status) =>
  ACTIONS.flatMap((action) => INSIDERS.map((role) => ({ status, action, role }))),
);

describe('transitions', () => {
  it('are tested in every status of the contract', () => {
    expect(STATUSES.every((status) => OfferStatusSchema.safeParse(status).success)).toBe(true);
    expect(Object.keys(TRANSITIONS).toSorted()).toEqual(
      [...STATUSES].filter((one) => one !== 'pending').toSorted(),
    );
    expect(Object.keys(TRANSITIONS).toSorted()).toEqual([...ACTIONS, 'expired'].toSorted());
  });

  it.each(CASES)(
    'decide what the $role gets who says $action to an offer that is $status',
    ({ status, action, role }) => {
      const decision = decide(offer(status), action, role);
      const got =
        decision.outcome === 'changed'
          ? { status: decision.status }
          : { reason: decision.outcome === 'unchanged' ? undefined : decision.reason };
      expect(got).toEqual(expectedOutcome(status, action, role));
    },
  );

  it.each(['author', 'recipient'])('complete with both parties, the %s first', (first) => {
    const second = first === 'author' ? 'recipient' : 'author';
    expect(decide(offer('accepted'), 'completed', first)).toEqual({
      outcome: 'changed',
      status: 'accepted',
      completedBy: [first],
    });
    expect(decide(offer('accepted', [first]), 'completed', first)).toEqual({ outcome: 'unchanged' });
    expect(decide(offer('accepted', [first]), 'completed', second)).toEqual({
      outcome: 'changed',
      status: 'completed',
      completedBy: [first, second],
    });
  });

  it('let either party cancel after one has confirmed completion', () => {
    expect(decide(offer('accepted', ['author']), 'cancelled', 'recipient')).toEqual({
      outcome: 'changed',
      status: 'cancelled',
      completedBy: ['author'],
    });
  });
});
