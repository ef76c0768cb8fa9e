// pnpm bench [scenario …]: runs them on this machine and prints their tables.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import type { Scenario } from './scenario.ts';
import { jitter } from './scenarios/jitter.ts';
import { gatherSubjects } from './subjects.ts';

const SCENARIOS: Record<string, Scenario> = { jitter };
const USAGE = `usage: pnpm bench [${Object.keys(SCENARIOS).join(' | ')}] [options]

  --clients N     readers
  --people N      whose devices the readers are, at most 249
  --broadcasts N  messages that are written
  --rate N        messages a second
  --seed S        of the order of events
  --quick         a short run, to see that it works
  --out FILE      writes the report there too, as Markdown; only for one scenario
`;

const { positionals, values } = parse();
const names = positionals.length === 0 ? Object.keys(SCENARIOS) : positionals;
const unknown = names.find((name) => !Object.hasOwn(SCENARIOS, name));
if (unknown !== undefined) fail(`there is no scenario ${unknown}\n${USAGE}`);
if (values.out !== undefined && names.length > 1) fail(`--out takes the report of one scenario\n${USAGE}`);

const options = {
  clients: whole('clients', values.clients),
  people: whole('people', values.people),
  broadcasts: whole('broadcasts', values.broadcasts),
  rate: whole('rate', values.rate),
  seed: whole('seed', values.seed),
  quick: values.quick,
};
const say = (line: string) => process.stderr.write(`${line}\n`);
const faults: string[] = [];
// What was started ends with this process, by its exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
{
  await using subjects = await gatherSubjects();
  for (const what of subjects.leftOut) say(`Left out: ${what}.`);
  for (const name of names) {
    const scenario = SCENARIOS[name];
    if (scenario === undefined) continue;
    const report = await scenario.run(subjects, options, say);
    faults.push(...report.faults);
    process.stdout.write(`\n${report.text}\n`);
    if (values.out === undefined) continue;
    const file = resolve(process.env['INIT_CWD'] ?? process.cwd(), values.out);
    const again = `Written by \`pnpm bench ${process.argv.slice(2).join(' ')}\`; a machine that is shared gives other times from run to run, so compare the rows of one run, not runs.`;
    await writeFile(file, `# ${scenario.title}\n\n${scenario.about}\n\n${report.text}\n\n${again}\n`);
  }
}
for (const fault of faults) process.stderr.write(`FAILED ${fault}\n`);
if (faults.length > 0) process.exitCode = 1;

function parse() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        clients: text,
        people: text,
        broadcasts: text,
        rate: text,
        seed: text,
        out: text,
        quick: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

function whole(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^[1-9]\d{0,6}$/.test(value)) fail(`--${name} takes a whole number, 1 or more\n${USAGE}`);
  return Number(value);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
