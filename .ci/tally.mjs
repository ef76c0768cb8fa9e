// Adds up one run, given the exit status of its command and that of the chaos suite: every test in Vitest's reports, and
// every other task (format, lint, types, builds, packing, minutes of chaos) as one. A test that was left out, a task that
// never ran and a run that ended badly without saying why count as failures. What failed is told again at the end, since
// it is far above. The last line is `N passed, N failed`; the status says the same.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const total = { passed: 0, failed: 0 };
const failures = [];
const count = (name, passed, failed, skipped = 0) => {
  total.passed += passed;
  total.failed += failed + skipped;
  console.log(`  ${name}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} LEFT OUT` : ''}`);
};

console.log('\nThe whole run:');
const runs = existsSync('.turbo/runs') ? readdirSync('.turbo/runs') : [];
const tasks = runs
  .flatMap((run) => JSON.parse(readFileSync(`.turbo/runs/${run}`, 'utf8')).tasks)
  .filter(({ command }) => command !== '<NONEXISTENT>');
for (const { taskId, task, directory, execution } of tasks) {
  const succeeded = execution?.exitCode === 0;
  if (task === 'test') countTests(taskId, `${directory}/.reports/vitest.json`, succeeded);
  else
    count(execution === undefined ? `${taskId} (did not run)` : taskId, succeeded ? 1 : 0, succeeded ? 0 : 1);
}

for (const version of [22, 24]) {
  const report = `packages/tests/.reports/node-${version}.json`;
  const succeeded = existsSync(report) && JSON.parse(readFileSync(report, 'utf8')).success;
  countTests(`whole systems on Node ${version}`, report, succeeded);
}

const [status, chaos] = process.argv.slice(2).map(Number);
count('minutes of chaos', chaos === 0 ? 1 : 0, chaos === 0 ? 0 : 1);

if (total.failed === 0 && (status !== 0 || total.passed === 0)) count(`the command (status ${status})`, 0, 1);
if (failures.length > 0) console.log(`\nWhat failed:\n\n${failures.join('\n\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

function countTests(name, report, succeeded) {
  if (!existsSync(report)) return count(`${name} (no report)`, 0, 1);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  // Files that do not load, and errors outside of any test.
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  for (const file of testResults) {
    if (broken.includes(file)) failures.push(`  ${file.name}\n${excerpt(file.message)}`);
    for (const { status, fullName, failureMessages } of file.assertionResults)
      if (status === 'failed')
        failures.push(`  ${file.name}\n  ${fullName}\n${failureMessages.map(excerpt).join('\n')}`);
  }
  const unseen = !succeeded && numFailedTests + broken.length === 0 ? 1 : 0;
  return count(name, numPassedTests, numFailedTests + broken.length + unseen, numPendingTests + numTodoTests);
}

function excerpt(message) {
  return message
    .split('\n')
    .slice(0, 20)
    .map((line) => `    ${line.slice(0, 200)}`)
    .join('\n');
}
