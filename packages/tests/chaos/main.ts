// pnpm chaos: for how long, from which seed, with how many nodes, or one with the embedded database.
import { obeyOptions } from '../harness/command-line.ts';
import { again, readOrder, USAGE } from './order.ts';
import { account, table, verdict } from './report.ts';
import { run } from './run.ts';

const order = obeyOptions('pnpm chaos', USAGE, readOrder);
const { seconds, seed, nodes, database } = order;
// What was started is ended on the way out.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const say = (line: string) => process.stdout.write(`${line}\n`);

const setting = database === 'embedded' ? 'one node with the embedded database' : `${nodes} nodes`;
say(`chaos: seed ${seed}, ${setting}, ${seconds} s of faults`);
const done = await run({ seed, forMs: seconds * 1000, nodes, database, accessTokenSeconds: 60, say });
if (done === undefined) {
  say('PostgreSQL is needed, and Redis for more than one node: this machine lacks one of them.');
  process.exit(2);
}
const { history, tally, violations, output } = done;
if (order.history !== undefined) await history.write(order.history);
say(`\n${table(tally)}`);
if (violations.length > 0) {
  say(`\n${account(violations)}`);
  say(`\nThe nodes said:\n${output.slice(-4000)}`);
}
say(`\n${verdict(violations, again(order))}`);
process.exit(violations.length === 0 ? 0 : 1);
