import type { Deployment } from '../nodes/deployment.ts';
import type { Random } from '../random.ts';

export interface Fault {
  name: string;
  weight: number;
  /** How long it lasts, in milliseconds; [0, 0] for what is done in a moment. */
  lasts: readonly [least: number, most: number];
  /** What cannot have two faults at once. */
  touches: 'clients' | 'node' | 'redis' | 'postgres' | 'bus';
  /** Only in runs that are at least so long, in milliseconds. */
  needsMs?: number;
  /** Does it, and returns what undoes it and what was hit. */
  begin(deployment: Deployment, random: Random): Promise<Begun> | Begun;
}

export interface Begun {
  detail: string;
  undo?: () => Promise<void> | void;
}
