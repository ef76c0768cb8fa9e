import { open, rm, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

import { Refused } from './failure.ts';

const POLL_MS = 50;
/** What is done under a lock takes less; one that is older was left behind by a process that died. */
const STALE_MS = 20_000;
const PATIENCE_MS = 30_000;

/**
 * Runs `work` while no other process does so under the same `file`, which exists meanwhile. Only two that find the same
 * left-behind lock in the same instant could both go on.
 *
 * @throws Refused `session_busy` when others hold it for half a minute
 */
export async function locked<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await taken(file))) {
    if (Date.now() > deadline) throw new Refused('session_busy', `Another process holds ${file}`);
    await wait(POLL_MS);
    if (await isStale(file)) await rm(file, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function taken(file: string): Promise<boolean> {
  try {
    const lock = await open(file, 'wx', 0o600);
    await lock.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(file: string): Promise<boolean> {
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > STALE_MS;
}
