// Who runs where: whoever is measured has a core of its own, and the load comes from another.
import { availableParallelism } from 'node:os';

import { onPath } from './on-path.ts';

const TASKSET = onPath('taskset');
const CORES = availableParallelism();

export const isPinned = TASKSET !== undefined && CORES > 1;

export type Place = 'subject' | 'generator';

/** The command that begins a process in its place; as it is where there is no way, or no second core. */
export function placed(place: Place, command: readonly string[]): string[] {
  const core = place === 'subject' ? CORES - 1 : 0;
  return isPinned && TASKSET !== undefined ? [TASKSET, '--cpu-list', `${core}`, ...command] : [...command];
}
