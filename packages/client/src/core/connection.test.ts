import { describe, expect, it } from 'vitest';

import { STEADY_AFTER_MS, transition, type ConnectionEvent, type ConnectionState } from './connection.ts';

type Name = ConnectionState['state'];

const AT = 1_000_000;
const STATES: { [State in Name]: Extract<ConnectionState, { state: State }> } = {
  idle: { state: 'idle' },
  connecting: { state: 'connecting', attempt: 2 },
  open: { state: 'open', attempt: 2, since: AT - STEADY_AFTER_MS },
  waiting: { state: 'waiting', attempt: 3, retryAt: AT + 5_000 },
  unauthorised: { state: 'unauthorised', reason: 'token_invalid' },
  closed: { state: 'closed' },
};
const EVENTS: { [Type in ConnectionEvent['type']]: Extract<ConnectionEvent, { type: Type }> } = {
  called: { type: 'called' },
  dialled: { type: 'dialled' },
  opened: { type: 'opened', at: AT },
  lost: { type: 'lost', at: AT, random: 0 },
  hurried: { type: 'hurried', at: AT },
  refused: { type: 'refused', reason: 'unauthenticated' },
  dropped: { type: 'dropped' },
  closed: { type: 'closed' },
};

const IDLE = STATES.idle;
const FIRST = { state: 'connecting', attempt: 0 };
const REFUSED = { state: 'unauthorised', reason: 'unauthenticated' };
const CLOSED = STATES.closed;
const RETRY_ONCE = { state: 'waiting', attempt: 1, retryAt: AT + 250 };
const RETRY_THRICE = { state: 'waiting', attempt: 3, retryAt: AT + 1_000 };

/** Where each event leads from each state; 'stay' is the very same object, so that nobody is told. */
const TABLE: { [State in Name]: { [Type in ConnectionEvent['type']]: object | 'stay' } } = {
  idle: {
    called: FIRST,
    dialled: FIRST,
    opened: { state: 'open', attempt: 0, since: AT },
    lost: RETRY_ONCE,
    hurried: 'stay',
    refused: REFUSED,
    dropped: 'stay',
    closed: CLOSED,
  },
  connecting: {
    called: 'stay',
    dialled: 'stay',
    opened: { state: 'open', attempt: 2, since: AT },
    lost: RETRY_THRICE,
    hurried: 'stay',
    refused: REFUSED,
    dropped: IDLE,
    closed: CLOSED,
  },
  open: {
    called: 'stay',
    dialled: 'stay',
    opened: 'stay',
    lost: RETRY_ONCE,
    hurried: 'stay',
    refused: REFUSED,
    dropped: IDLE,
    closed: CLOSED,
  },
  waiting: {
    called: 'stay',
    dialled: { state: 'connecting', attempt: 3 },
    opened: { state: 'open', attempt: 3, since: AT },
    lost: 'stay',
    hurried: { state: 'waiting', attempt: 3, retryAt: AT },
    refused: REFUSED,
    dropped: IDLE,
    closed: CLOSED,
  },
  unauthorised: {
    called: 'stay',
    dialled: FIRST,
    opened: { state: 'open', attempt: 0, since: AT },
    lost: RETRY_ONCE,
    hurried: 'stay',
    refused: REFUSED,
    dropped: IDLE,
    closed: CLOSED,
  },
  closed: {
    called: 'stay',
    dialled: 'stay',
    opened: 'stay',
    lost: 'stay',
    hurried: 'stay',
    refused: 'stay',
    dropped: 'stay',
    closed: 'stay',
  },
};

const cells = Object.entries(TABLE).flatMap(([state, row]) =>
  Object.entries(row).map(([event, to]) => ({
    state: state as Name,
    event: event as ConnectionEvent['type'],
    to,
  })),
);

describe('connection', () => {
  it.each(cells)('goes from $state on $event', ({ state, event, to }) => {
    const from = STATES[state];
    const next = transition(from, EVENTS[event]);
    expect(next).toEqual(to === 'stay' ? from : to);
    expect(next === from).toBe(to === 'stay');
  });

  it('stays as it is when the same is refused again', () => {
    expect(transition(STATES.unauthorised, { type: 'refused', reason: 'token_invalid' })).toBe(
      STATES.unauthorised,
    );
  });

  it('waits longer each time that a connection does not last', () => {
    let state: ConnectionState = { state: 'connecting', attempt: 0 };
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      state = transition(state, { type: 'opened', at: AT });
      state = transition(state, { type: 'lost', at: AT + STEADY_AFTER_MS - 1, random: 1 });
      if (state.state === 'waiting') waits.push(state.retryAt - AT - STEADY_AFTER_MS + 1);
      state = transition(state, { type: 'dialled' });
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });
});
