import { describe, expect, it } from 'vitest';

import { STEADY_AFTER_MS, transition, type ConnectionEvent, type ConnectionState } from './connection.ts';

type Name = ConnectionState['state'];

const AT = 1_000_000;
const STATES: { [State in Name]: Extract<ConnectionState, { state: State }> } = {
  idle: { state: 'idle' },
  connecting: { state: 'connecting', attempt: 2 },
  open: { state: 'open', attempt: 2, since: AT - STEADY_AFTER_MS, transport: 'ws' },
  waiting: { state: 'waiting', attempt: 3, retryAt: AT + 5_000 },
  suspended: { state: 'suspended', attempt: 3, reason: 'hidden' },
  unauthorised: { state: 'unauthorised', reason: 'token_invalid' },
  closed: { state: 'closed' },
};
const EVENTS: { [Type in ConnectionEvent['type']]: Extract<ConnectionEvent, { type: Type }> } = {
  called: { type: 'called' },
  dialled: { type: 'dialled' },
  opened: { type: 'opened', at: AT, transport: 'ws' },
  lost: { type: 'lost', at: AT, random: 0, away: null },
  away: { type: 'away', reason: 'offline' },
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
    opened: { state: 'open', attempt: 0, since: AT, transport: 'ws' },
    lost: RETRY_ONCE,
    away: 'stay',
    hurried: 'stay',
    refused: REFUSED,
    dropped: 'stay',
    closed: CLOSED,
  },
  connecting: {
    called: 'stay',
    dialled: 'stay',
    opened: { state: 'open', attempt: 2, since: AT, transport: 'ws' },
    lost: RETRY_THRICE,
    away: 'stay',
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
    away: 'stay',
    hurried: 'stay',
    refused: REFUSED,
    dropped: IDLE,
    closed: CLOSED,
  },
  waiting: {
    called: 'stay',
    dialled: { state: 'connecting', attempt: 3 },
    opened: { state: 'open', attempt: 3, since: AT, transport: 'ws' },
    lost: 'stay',
    away: { state: 'suspended', attempt: 3, reason: 'offline' },
    hurried: { state: 'waiting', attempt: 3, retryAt: AT },
    refused: REFUSED,
    dropped: IDLE,
    closed: CLOSED,
  },
  suspended: {
    called: 'stay',
    dialled: { state: 'connecting', attempt: 3 },
    opened: { state: 'open', attempt: 3, since: AT, transport: 'ws' },
    lost: 'stay',
    away: { state: 'suspended', attempt: 3, reason: 'offline' },
    hurried: { state: 'waiting', attempt: 3, retryAt: AT },
    refused: REFUSED,
    dropped: IDLE,
    closed: CLOSED,
  },
  unauthorised: {
    called: 'stay',
    dialled: FIRST,
    opened: { state: 'open', attempt: 0, since: AT, transport: 'ws' },
    lost: RETRY_ONCE,
    away: 'stay',
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
    away: 'stay',
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

  it('stays as it is when it is told again of what it waits for', () => {
    expect(transition(STATES.suspended, { type: 'away', reason: 'hidden' })).toBe(STATES.suspended);
  });

  it.each(['hidden', 'offline'] as const)('is suspended when it is lost while the page is %s', (away) => {
    const event = { ...EVENTS.lost, away };
    expect(transition(STATES.connecting, event)).toEqual({ state: 'suspended', attempt: 3, reason: away });
    expect(transition(STATES.open, event)).toEqual({ state: 'suspended', attempt: 1, reason: away });
    expect(transition(STATES.waiting, event)).toBe(STATES.waiting);
  });

  it('stays open and says so when it changes from one transport to the other', () => {
    const changed = transition(STATES.open, { type: 'opened', at: AT, transport: 'sse' });
    expect(changed).toEqual({ state: 'open', attempt: 2, since: AT, transport: 'sse' });
    expect(transition(changed, { type: 'opened', at: AT + 1, transport: 'sse' })).toBe(changed);
  });

  it('waits longer each time that a connection does not last', () => {
    let state: ConnectionState = { state: 'connecting', attempt: 0 };
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      state = transition(state, { type: 'opened', at: AT, transport: 'ws' });
      state = transition(state, {
        type: 'lost',
        at: AT + STEADY_AFTER_MS - 1,
        random: 1,
        away: null,
      });
      if (state.state === 'waiting') waits.push(state.retryAt - AT - STEADY_AFTER_MS + 1);
      state = transition(state, { type: 'dialled' });
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });
});
