// pnpm bench [scenario …]: runs them on this machine and prints their tables.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { obeyOptions } from '../tests/harness/command-line.ts';
import { readOrder, usage } from './order.ts';
import type { Scenario } from './scenario.ts';
import { client } from './scenarios/client.ts';
import { delivery } from './scenarios/delivery.ts';
import { growth } from './scenarios/growth.ts';
import { jitter } from './scenarios/jitter.ts';
import { sends } from './scenarios/sends.ts';
import { web } from './scenarios/web.ts';
import { writes } from './scenarios/writes.ts';
import { gatherSubjects } from './subjects.ts';

const SCENARIOS: Record<string, Scenario> = { delivery, writes, sends, growth, client, jitter, web };
const { names, out, record, options } = obeyOptions('pnpm bench', usage(Object.keys(SCENARIOS)), (args) =>
  readOrder(args, Object.keys(SCENARIOS)),
);
const RECORDS = new URL('../../docs/benchmarks/', import.meta.url);
const say = (line: string) =>
  process.stderr.write(`${Math.round(performance.now() / 1_000)} s`.padStart(7) + `  ${line}\n`);
const faults: string[] = [];
const filesOf = (name: string): string[] => [
  ...(out === undefined ? [] : [resolve(process.env['INIT_CWD'] ?? process.cwd(), out)]),
  ...(record ? [fileURLToPath(new URL(`${name}.md`, RECORDS))] : []),
];
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
    process.stdout.write(`\n${report.text}\n\n${report.verdict.join('\n')}\n`);
    const again = `Written by \`pnpm bench ${process.argv.slice(2).join(' ')}\`; a machine that is shared gives other times from run to run, so compare the rows of one run, not runs.`;
    const verdict = report.verdict.map((sentence) => `- ${sentence}`).join('\n');
    const page = [`# ${scenario.title}`, scenario.about, report.text, verdict, again].join('\n\n');
    for (const file of filesOf(name)) await writeFile(file, `${page}\n`);
  }
}
for (const fault of faults) process.stderr.write(`FAILED ${fault}\n`);
if (faults.length > 0) process.exitCode = 1;
