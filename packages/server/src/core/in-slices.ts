import { setImmediate } from 'node:timers/promises';

/** Told in one turn of the event loop: whatever else waits comes in between. */
export const TOLD_AT_ONCE = 500;

/** Tells many, with pauses. Resolves when all are told. */
export async function inSlices<Item>(
  items: readonly Item[],
  tell: (slice: readonly Item[]) => void,
): Promise<void> {
  for (let begin = 0; begin < items.length; begin += TOLD_AT_ONCE) {
    if (begin > 0) await setImmediate();
    tell(items.slice(begin, begin + TOLD_AT_ONCE));
  }
}
