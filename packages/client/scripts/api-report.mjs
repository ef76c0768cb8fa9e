// The public API as it is declared, kept in `api`, so that a change of it is seen in review.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The router and tRPC are not in it: `internal/core.d.ts` is as large as the rest and the contract says the same. */
const REPORTED = [
  'index',
  'react',
  'testing',
  'internal/client',
  'internal/react',
  'internal/testing',
  'internal/contract',
];

const reportName = (file) => `${file.replace('internal/', 'internal-')}.api.d.ts`;

/**
 * Compares what is declared in `dist` with the report, or, with `update`, writes the report.
 *
 * @throws Error when they differ
 */
export function checkApi(dist, folder, { update = false } = {}) {
  const now = new Map(
    REPORTED.map((file) => [
      reportName(file),
      withoutComments(readFileSync(join(dist, `${file}.d.ts`), 'utf8')),
    ]),
  );
  if (update) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of now) writeFileSync(join(folder, name), text);
    return;
  }
  const kept = readdirSync(folder).toSorted();
  const differing = [...now].filter(
    ([name, text]) => !kept.includes(name) || readFileSync(join(folder, name), 'utf8') !== text,
  );
  const gone = kept.filter((name) => !now.has(name));
  if (differing.length + gone.length === 0) return;
  const [name, text] = differing[0] ?? [gone[0], ''];
  const was = kept.includes(name) ? readFileSync(join(folder, name), 'utf8').split('\n') : [];
  const added = text.split('\n').filter((line) => !was.includes(line));
  const removed = was.filter((line) => !text.split('\n').includes(line));
  throw new Error(
    [
      `the public API has changed in ${[...differing.map(([it]) => it), ...gone].join(', ')}; if that is meant, run \`pnpm --dir packages/client record\``,
      ...removed.map((line) => `- ${line}`),
      ...added.map((line) => `+ ${line}`),
    ].join('\n'),
  );
}

function withoutComments(text) {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('//'))
    .join('\n')
    .concat('\n');
}
