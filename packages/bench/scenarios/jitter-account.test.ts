import { describe, expect, it } from 'vitest';

import { addUp, faultsOf, JitterAccount, verdictOf } from './jitter-account.ts';

const TEXTS = ['0 zero', '1 one', '2 two', '3 three', '4 four'];
/** Broadcast n begins at n seconds. */
const sentAt = TEXTS.map((_, number) => number * 1_000);
const LATENCY_MS = 5;

/** An account that is given these broadcasts, each a little after it began. */
function taking(...numbers: number[]): JitterAccount {
  const account = new JitterAccount(TEXTS);
  account.open(0, 0);
  for (const number of numbers) take(account, number);
  return account;
}

function take(account: JitterAccount, number: number, at = number * 1_000 + LATENCY_MS): void {
  account.take(TEXTS[number] ?? '', { at, sentAt });
}

const figures = (account: JitterAccount) => {
  const { expected, delivered, missing, duplicates, outOfOrder, wrong } = addUp([account]);
  return { expected, delivered, missing, duplicates, outOfOrder, wrong };
};

const NOTHING_WRONG = { expected: 5, delivered: 5, missing: 0, duplicates: 0, outOfOrder: 0, wrong: 0 };

describe('an account of deliveries', () => {
  it.each([
    { name: 'finds nothing where all came once and in order', got: [0, 1, 2, 3, 4], found: {} },
    { name: 'counts what is missing', got: [0, 2, 4], found: { delivered: 3, missing: 2 } },
    { name: 'counts what is missing at the end', got: [0, 1], found: { delivered: 2, missing: 3 } },
    { name: 'counts everything where nothing came', got: [], found: { delivered: 0, missing: 5 } },
    { name: 'counts what came twice', got: [0, 1, 1, 2, 3, 4], found: { duplicates: 1 } },
    {
      name: 'counts each of what came again, and not as out of order',
      got: [0, 1, 2, 3, 4, 0, 1, 0],
      found: { duplicates: 3 },
    },
    { name: 'counts what came after a newer one', got: [0, 2, 1, 3, 4], found: { outOfOrder: 1 } },
    { name: 'counts each that came after a newer one', got: [4, 0, 1, 2, 3], found: { outOfOrder: 4 } },
    {
      name: 'does not take a duplicate for a delivery',
      got: [0, 1, 1, 3, 4],
      found: { delivered: 4, missing: 1, duplicates: 1 },
    },
  ])('$name', ({ got, found }) => {
    expect(figures(taking(...got))).toEqual({ ...NOTHING_WRONG, ...found });
  });

  it('takes no text for a delivery that was never broadcast', () => {
    const account = taking(0, 1, 2, 3);
    for (const text of ['4 for', '5 five', 'four', '']) account.take(text, { at: 9_000, sentAt });
    expect(figures(account)).toEqual({ ...NOTHING_WRONG, delivered: 4, missing: 1, wrong: 4 });
  });

  it('measures a replay from the socket being open until the last of what was missed', () => {
    const account = taking(0);
    account.cut(0);
    // 3 was under way when the socket came up: it is live, and not waited for.
    account.open(3_100, 3);
    take(account, 1, 3_110);
    take(account, 2, 3_120);
    take(account, 3, 3_130);
    take(account, 4);
    account.end();
    expect(account.replays).toEqual([20]);
    expect(account.lives).toEqual([LATENCY_MS, LATENCY_MS]);
    expect(account.unfinished).toBe(0);
  });

  it('measures how long the socket takes to come up again', () => {
    const account = taking(0);
    account.cut(2_000);
    account.open(2_070, 2);
    expect(account.returns).toEqual([70]);
  });

  it('measures no replay where nothing was missed', () => {
    const account = taking(0, 1);
    account.cut(0);
    account.open(1_900, 2);
    take(account, 2);
    account.end();
    expect(account.replays).toEqual([]);
    expect(account.unfinished).toBe(0);
  });

  it('counts a replay that never ends, by the next cut and by the end of the run', () => {
    const account = taking(0);
    account.cut(0);
    account.open(2_100, 3);
    take(account, 2, 2_110);
    account.cut(0);
    account.open(4_100, 5);
    take(account, 4, 4_110);
    account.end();
    expect(account.unfinished).toBe(2);
    expect(account.replays).toEqual([]);
  });
});

describe('the sum of the accounts', () => {
  it('adds them up and takes percentiles by the nearest rank', () => {
    const accounts = Array.from({ length: 100 }, (_, index) => {
      const account = taking(0, 1);
      account.cut(0);
      account.open(3_000, 3);
      take(account, 2, 3_001 + index);
      take(account, 3);
      if (index > 0) take(account, 4);
      return account;
    });
    expect(addUp(accounts)).toMatchObject({
      expected: 500,
      delivered: 499,
      missing: 1,
      cuts: 100,
      replays: 100,
      replayP50: 50,
      replayP99: 99,
      liveP50: LATENCY_MS,
    });
  });

  it('has no percentile of nothing', () => {
    expect(addUp([new JitterAccount(TEXTS)])).toMatchObject({ replayP50: undefined, liveP99: undefined });
  });
});

describe('the verdict', () => {
  const cutOnce = (...numbers: number[]) => {
    const account = taking(...numbers);
    account.cut(0);
    return account;
  };

  it('finds no fault with everything once and in order over a cut', () => {
    expect(faultsOf(addUp([cutOnce(0, 1, 2, 3, 4)]))).toEqual([]);
  });

  it.each([
    [[0, 1, 2, 3], '1 missing'],
    [[0, 1, 2, 3, 4, 4], '1 delivered twice'],
    [[0, 1, 3, 2, 4], '1 out of order'],
  ])('of %j is: %s', (got, fault) => {
    expect(faultsOf(addUp([cutOnce(...got)]))).toEqual([fault]);
  });

  it('says in a sentence what has come', () => {
    expect(verdictOf('Parley', addUp([cutOnce(0, 1, 2, 3, 4)]))).toBe(
      'Parley delivered 100.000 %, none twice, none out of order.',
    );
    expect(verdictOf('Parley', addUp([cutOnce(0, 1, 1, 3, 2)]))).toBe(
      'Parley delivered 80.000 %, 1 twice, 1 out of order.',
    );
  });

  it('does not believe a run in which nothing was cut', () => {
    expect(faultsOf(addUp([taking(0, 1, 2, 3, 4)]))).toHaveLength(1);
  });
});
