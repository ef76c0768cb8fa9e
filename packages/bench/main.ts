// pnpm bench [scenario …]: runs them on this machine and prints their tables.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { obeyOptions } from '../tests/harness/command-line.ts';
import { readOrder, usage } from './order.ts';
import type { Scenario } from './scenario.ts';
import { jitter } from './scenarios/jitter.ts';
import { web } from './scenarios/web.ts';
import { gatherSubjects } from './subjects.ts';

const SCENARIOS: Record<string, Scenario> = { jitter, web };
const { names, out, options } = obeyOptions('pnpm bench', usage(Object.keys(SCENARIOS)), (args) =>
  readOrder(args, Object.keys(SCENARIOS)),
);
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
    process.stdout.write(`\n${report.text}\n\n${report.verdict.join('\n')}\n`);
    if (out === undefined) continue;
    const file = resolve(process.env['INIT_CWD'] ?? process.cwd(), out);
    const again = `Written by \`pnpm bench ${process.argv.slice(2).join(' ')}\`; a machine that is shared gives other times from run to run, so compare the rows of one run, not runs.`;
    await writeFile(file, `# ${scenario.title}\n\n${scenario.about}\n\n${report.text}\n\n${again}\n`);
  }
}
for (const fault of faults) process.stderr.write(`FAILED ${fault}\n`);
if (faults.length > 0) process.exitCode = 1;
