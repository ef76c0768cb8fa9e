// pnpm chaos: for how long, from which seed, with how many nodes, or one with the embedded database.
import { parseArgs } from 'node:util';

import { account, table } from './report.ts';
import { run } from './run.ts';

const USAGE =
  'usage: pnpm chaos [--minutes N | --seconds N] [--seed S] [--nodes N | --embedded] [--history FILE]';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    nodes: { type: 'string', default: '3' },
    embedded: { type: 'boolean', default: false },
    history: { type: 'string' },
  },
});
const seconds = values.seconds === undefined ? Number(values.minutes) * 60 : Number(values.seconds);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
const nodes = values.embedded ? 1 : Number(values.nodes);
const database = values.embedded ? 'embedded' : 'postgres';
if (!(seconds > 0) || !Number.isSafeInteger(seed) || !(nodes >= 1 && nodes <= 9)) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
// What was started is ended on the way out.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const say = (line: string) => process.stdout.write(`${line}\n`);

const setting = values.embedded ? 'one node with the embedded database' : `${nodes} nodes`;
say(`chaos: seed ${seed}, ${setting}, ${seconds} s of faults`);
const done = await run({ seed, forMs: seconds * 1000, nodes, database, accessTokenSeconds: 60, say });
if (done === undefined) {
  say('PostgreSQL is needed, and Redis for more than one node: this machine lacks one of them.');
  process.exit(2);
}
const { history, tally, violations, output } = done;
if (values.history !== undefined) await history.write(values.history);
say(`\n${table(tally)}`);
if (violations.length > 0) {
  say(
    `\n${violations.length} violations with --seed ${seed} ${values.embedded ? '--embedded' : `--nodes ${nodes}`}:\n${account(violations)}`,
  );
  say(`\nThe nodes said:\n${output.slice(-4000)}`);
}
process.exit(violations.length === 0 ? 0 : 1);
