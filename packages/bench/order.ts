/** What `pnpm bench` is asked for. */
import { parseArgs } from 'node:util';

import { WrongUsage } from '../tests/harness/command-line.ts';
import type { BenchOptions } from './scenario.ts';

export interface BenchOrder {
  names: readonly string[];
  /** Where the report is written besides. */
  out: string | undefined;
  /** Whether each report is written under docs/benchmarks, by its scenario's name. */
  record: boolean;
  options: BenchOptions;
}

export const usage = (scenarios: readonly string[]) => `usage: pnpm bench [${scenarios.join(' | ')}] [options]

Measures on this machine and prints a table, of every scenario unless told of which.

  --clients N     readers
  --people N      whose devices the readers are, at most 249
  --broadcasts N  messages that are written
  --rate N        messages a second
  --seed S        of the order of events
  --rounds N      in which everyone is measured once, of the scenarios that have them; 5 unless told
  --only WORDS    of the tables those alone whose measurement is called so: "memory", "two nodes"
  --quick         a short run, to see that it works
  --out FILE      writes the report there too, as Markdown; only for one scenario
  --record        writes each report to docs/benchmarks/<scenario>.md
  --help          this

It starts a PostgreSQL of its own from this machine's binaries; where there is none, Parley runs on its embedded database.
Centrifugo, of version 6, is measured beside the others where its binary is on PATH.
Exit codes: 0 done, 1 a subject did not deliver what it promises, 2 wrong usage.
`;

/** @throws WrongUsage, or what `parseArgs` throws */
export function readOrder(args: string[], scenarios: readonly string[]): BenchOrder | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const figures = { clients: text, people: text, broadcasts: text, rate: text, seed: text, rounds: text };
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...figures, out: text, only: text, quick: flag, record: flag, help: flag },
  });
  if (values.help) return 'help';
  const names = positionals.length === 0 ? scenarios : positionals;
  const unknown = names.find((name) => !scenarios.includes(name));
  if (unknown !== undefined) throw new WrongUsage(`there is no scenario ${unknown}`);
  if (values.out !== undefined && names.length > 1)
    throw new WrongUsage('--out takes the report of one scenario');
  const options = {
    clients: whole('clients', values.clients),
    people: whole('people', values.people),
    broadcasts: whole('broadcasts', values.broadcasts),
    rate: whole('rate', values.rate),
    seed: whole('seed', values.seed),
    rounds: whole('rounds', values.rounds),
    only: values.only,
    quick: values.quick,
  };
  return { names, out: values.out, record: values.record, options };
}

function whole(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new WrongUsage(`--${name} takes a whole number, 1 or more`);
  return Number(value);
}
