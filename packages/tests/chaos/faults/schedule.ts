/** Which faults happen when: a list that a seed decides before the run, so that it can be had again. */
import type { Random } from '../random.ts';
import { BACKING_FAULTS } from './backing-faults.ts';
import { CLIENT_FAULTS } from './client-faults.ts';
import type { Fault } from './fault.ts';
import { NODE_FAULTS } from './node-faults.ts';

export interface Step {
  /** Milliseconds since the faults began. */
  at: number;
  fault: Fault;
  forMs: number;
  /** Decides which of several is hit. */
  seed: number;
}

/** Between the end of one fault and the next of the same part. */
const RECOVERY_MS = 1000;

export function schedule(
  random: Random,
  { forMs, without }: { forMs: number; without: readonly Fault['touches'][] },
): Step[] {
  const faults = [...CLIENT_FAULTS, ...NODE_FAULTS, ...BACKING_FAULTS].filter(
    ({ touches, needsMs = 0 }) => !without.includes(touches) && forMs >= needsMs,
  );
  const freeAt = new Map<Fault['touches'], number>();
  const steps: Step[] = [];
  for (let at = random.between(300, 1000); at < forMs; at += random.between(400, 2200)) {
    const free = faults.filter(({ touches }) => (freeAt.get(touches) ?? 0) <= at);
    if (free.length === 0) continue;
    const fault = random.weighed(free);
    const longest = Math.max(0, forMs - at);
    const lasts = Math.min(longest, random.between(...fault.lasts));
    steps.push({ at, fault, forMs: lasts, seed: random.between(0, 2 ** 31) });
    freeAt.set(fault.touches, at + lasts + (fault.touches === 'clients' ? 0 : RECOVERY_MS));
  }
  return steps;
}
