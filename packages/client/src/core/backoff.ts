/** The longest wait before the next attempt, however many have failed; in milliseconds. */
export const LONGEST_WAIT_MS = 30_000;

const FIRST_WAIT_MS = 1_000;
/** The part of a wait that is not left to chance. */
const STEADY = 0.25;

/**
 * Milliseconds to wait after `failures` failed attempts in a row (1 or more): a quarter to the whole of 1 s, 2 s, 4 s …
 * up to 30 s. The spread keeps the clients of a server that restarts from coming back all at once.
 *
 * @param random from 0 up to 1
 */
export function backoff(failures: number, random: number): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** Math.max(failures - 1, 0), LONGEST_WAIT_MS);
  return Math.floor(longest * (STEADY + (1 - STEADY) * random));
}
