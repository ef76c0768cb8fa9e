// The jitter test's parameters, and what follows from its seed: the same cuts and texts for every subject.
import { randomFrom } from '../../server/src/core/testing/random.ts';

export interface JitterSettings {
  clients: number;
  /** Whose devices the clients are, where the subject knows people. */
  people: number;
  broadcasts: number;
  /** Broadcasts a second. */
  rate: number;
  seed: number;
  /** What has not arrived so long after the last broadcast is missing, in milliseconds. */
  settleMs: number;
}

/** Those of the original that do not change with the size of the machine. Times are milliseconds. */
export const JITTER = {
  /** No cut before this; the first one of a client comes at random within one period after it. */
  quietMs: 5_000,
  /** From one cut of a client to its next, on average … */
  periodMs: 15_000,
  /** … give or take. */
  periodSpreadMs: 2_500,
  /** From the cut until the client tries to connect again, on average … */
  downMs: 2_000,
  /** … give or take. */
  downSpreadMs: 500,
} as const;

const TEXT_LENGTH = 100;

export interface Cut {
  /** After the first broadcast. */
  atMs: number;
  downMs: number;
}

/** The cuts of each client, until the last broadcast. */
export function planCuts({ clients, broadcasts, rate, seed }: JitterSettings): Cut[][] {
  const random = randomFrom(seed);
  const about = (middle: number, spread: number) => middle - spread + 2 * spread * random();
  const endMs = (broadcasts / rate) * 1_000;
  return Array.from({ length: clients }, () => {
    const cuts: Cut[] = [];
    let atMs = JITTER.quietMs + JITTER.periodMs * random();
    for (; atMs < endMs; atMs += about(JITTER.periodMs, JITTER.periodSpreadMs)) {
      cuts.push({ atMs, downMs: about(JITTER.downMs, JITTER.downSpreadMs) });
    }
    return cuts;
  });
}

/** What each broadcast says; it begins with its number, counted from 0. */
export function planTexts({ broadcasts, seed }: JitterSettings): string[] {
  const random = randomFrom(seed + 1);
  const letter = () => String.fromCodePoint(97 + Math.floor(26 * random()));
  return Array.from(
    { length: broadcasts },
    (_, number) => `${number} ${Array.from({ length: TEXT_LENGTH }, letter).join('')}`,
  );
}
