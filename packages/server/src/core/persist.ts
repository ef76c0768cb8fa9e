// What is written again, and when, is said at the head of commit.ts.
import type { Clock } from './clock.ts';
import { stateOf } from './database-outage.ts';
import { COMMIT_PAUSE_MS, COMMIT_RETRY_MS, COMMIT_TRIES } from './database-timeouts.ts';
import type { Metrics } from './metrics.ts';

export interface PersistParts {
  clock: Clock;
  metrics: Metrics;
  /** From 0 to 1, for pauses. */
  random: () => number;
}

/** PostgreSQL's words for a transaction that it has undone for another one's sake. */
export const UNDONE: Readonly<Record<string, string>> = {
  '40P01': 'deadlock',
  '40001': 'serialisation',
  '55P03': 'lock',
};

export interface PersistOptions<Written> {
  /** Whether it wrote anything: how long that took is measured. */
  isWrite: (written: Written) => boolean;
  undone?: typeof UNDONE;
}

/** Writes, and again where PostgreSQL says for certain that nothing was written. */
export async function persist<Written>(
  write: () => Promise<Written>,
  { clock, random, metrics }: PersistParts,
  { isWrite, undone = UNDONE }: PersistOptions<Written>,
): Promise<Written> {
  const stop = metrics.commitSeconds.startTimer();
  const begin = clock.now();
  for (let tries = 1; ; tries += 1) {
    try {
      const written = await write();
      if (isWrite(written)) stop();
      return written;
    } catch (error) {
      const cause = undone[stateOf(error) ?? ''];
      if (cause === undefined || tries === COMMIT_TRIES || clock.now() - begin > COMMIT_RETRY_MS) throw error;
      metrics.commitRetries.inc({ cause });
      const longest = COMMIT_PAUSE_MS * 2 ** (tries - 1);
      const pause = longest * (0.5 + random() / 2);
      await new Promise<void>((resolve) => void clock.after(pause, resolve));
    }
  }
}
