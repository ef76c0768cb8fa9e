/** What `pnpm chaos` is asked for. */
import { parseArgs } from 'node:util';

import { WrongUsage } from '../harness/command-line.ts';

export interface ChaosOrder {
  seconds: number;
  seed: number;
  nodes: number;
  database: 'postgres' | 'embedded';
  /** Where the history is written. */
  history: string | undefined;
}

const NODES = 3;
const MOST_NODES = 9;

export const USAGE = `usage: pnpm chaos [options]

Breaks real nodes, databases and networks at random while people talk, and checks that they saw everything, once and in
order.

  --minutes N     how long faults are injected; 1 unless told
  --seconds N     the same in seconds
  --seed S        decides the faults and when they come; drawn unless told
  --nodes N       1 to ${MOST_NODES} on PostgreSQL, more than one with Redis; ${NODES} unless told
  --embedded      one node with the embedded database
  --history FILE  writes what the clients saw there, a line of JSON each
  --help          this

It starts a PostgreSQL and a Redis of its own from this machine's binaries, on free ports, and touches no other. Where
one that it needs is missing it says so, and does nothing; --embedded needs neither, --nodes 1 no Redis.
Exit codes: 0 nothing was wrong, 1 something was, 2 wrong usage, or PostgreSQL or Redis is missing.
`;

/** @throws WrongUsage, or what `parseArgs` throws */
export function readOrder(args: string[]): ChaosOrder | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { minutes: text, seconds: text, seed: text, nodes: text, history: text };
  const { values } = parseArgs({ args, options: { ...options, embedded: flag, help: flag } });
  const { minutes = '1', embedded, history } = values;
  if (values.help) return 'help';
  if (values.minutes !== undefined && values.seconds !== undefined)
    throw new WrongUsage('give --minutes or --seconds, not both');
  if (embedded && values.nodes !== undefined) throw new WrongUsage('give --nodes or --embedded, not both');
  const seconds =
    values.seconds === undefined
      ? positive('--minutes', minutes) * 60
      : positive('--seconds', values.seconds);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : whole('--seed', values.seed);
  const nodes = values.nodes === undefined ? NODES : whole('--nodes', values.nodes);
  if (nodes < 1 || nodes > MOST_NODES) throw new WrongUsage(`--nodes takes 1 to ${MOST_NODES}`);
  if (embedded) return { seconds, seed, nodes: 1, database: 'embedded', history };
  return { seconds, seed, nodes, database: 'postgres', history };
}

/** The command that does the same again. */
export function again({ seconds, seed, nodes, database }: ChaosOrder): string {
  const where = database === 'embedded' ? '--embedded' : `--nodes ${nodes}`;
  return `pnpm chaos --seconds ${seconds} --seed ${seed} ${where}`;
}

function positive(name: string, text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) === 0)
    throw new WrongUsage(`${name} takes a number above 0`);
  return Number(text);
}

function whole(name: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new WrongUsage(`${name} takes a whole number`);
  return Number(text);
}
