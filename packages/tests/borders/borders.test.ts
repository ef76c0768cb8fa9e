import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const server = 'packages/server/src';

/** One mistake to a file: where, what it says, and the reason that the lint rule gives (none: it is allowed). */
const SEEDS: [file: string, source: string, reason: RegExp | undefined][] = [
  [`${server}/core/up.ts`, "export { x } from '../realtime/hub.ts';", /core does not know realtime/],
  [
    `${server}/core/up-type.ts`,
    "export type { X } from '../realtime/hub.ts';",
    /core does not know realtime/,
  ],
  [`${server}/core/testing.ts`, "export { x } from './testing/databases.ts';", /there for tests/],
  [`${server}/core/commit.ts`, "export { x } from '../bus/bus.ts';", undefined],
  [
    `${server}/realtime/up.ts`,
    "export { x } from '../domains/users/users.ts';",
    /realtime does not know domains/,
  ],
  [`${server}/domains/users/up.ts`, "export { x } from '../../http/rest.ts';", /domains does not know http/],
  [`${server}/domains/users/down.ts`, "export { x } from '../auth/auth.ts';", undefined],
  [
    `${server}/domains/messages/up.ts`,
    "export const x = import('../offers/offers.ts');",
    /messages does not know offers/,
  ],
  [
    `${server}/domains/typing/beside.ts`,
    "export { x } from '../presence/roster.ts';",
    /typing does not know presence/,
  ],
  [
    `${server}/domains/offers/store-of.ts`,
    "export { x } from '../users/store.ts';",
    /store and the router of users/,
  ],
  [`${server}/domains/new/step.ts`, "export { x } from '../users/users.ts';", /"new" has no step/],
  [
    `${server}/domains/offers/rows.ts`,
    "export { x } from '../../generated/prisma/client.ts';",
    /Prisma belongs to the stores/,
  ],
  [
    `${server}/domains/offers/rows-type.ts`,
    "export type { X } from '../../generated/prisma/client.ts';",
    undefined,
  ],
  [`${server}/domains/offers/store.ts`, "export { x } from '../../generated/prisma/client.ts';", undefined],
  [`${server}/domains/offers/offers.test.ts`, "export { x } from '../../create-parley.ts';", undefined],
  [`${server}/http/up.ts`, "export { x } from '../create-parley.ts';", /http does not know create-parley/],
  [`${server}/create-parley.ts`, "export { x } from './main.ts';", /create-parley does not know the entries/],
  [`${server}/core/client.ts`, "export { x } from '@parley/client';", /not who is at its other end/],
  ['packages/contract/src/up.ts', "export { x } from '@parley/server';", /the contract is the bottom/],
  ['packages/client/src/core/server.ts', "export { x } from '@parley/server';", /nothing of the server/],
  ['packages/client/src/core/api.ts', "export { x } from '@parley/server/api';", /import its types/],
  ['packages/client/src/core/api-type.ts', "export type { X } from '@parley/server/api';", undefined],
  ['packages/client/src/core/rules.ts', "export { x } from '@parley/server/rules';", /nothing of the server/],
  ['packages/client/src/core/memory.ts', "export { x } from '../testing/world.ts';", /is for tests alone/],
  ['packages/client/src/testing/rules.ts', "export { x } from '@parley/server/rules';", undefined],
  ['packages/client/src/testing/server.ts', "export { x } from '@parley/server';", /nothing of the server/],
  ['packages/client/src/core/react.ts', "export { x } from '../react/provider.tsx';", /knows no framework/],
  ['packages/client/src/core/path.ts', "export { x } from '../../../server/src/main.ts';", /by its name/],
  ['apps/web/src/contract.ts', "export { x } from '@parley/contract/schemas';", /it has the client alone/],
  [`${server}/core/circle-a.ts`, "import { b } from './circle-b.ts';\nexport const a = () => b;", /cycle/],
  [`${server}/core/circle-b.ts`, "import { a } from './circle-a.ts';\nexport const b = () => a;", /cycle/],
];

interface Finding {
  filename: string;
  code: string;
  message: string;
}

describe('the borders', () => {
  let directory: string;
  let findings: Finding[];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-borders-'));
    for (const [file, source] of SEEDS) {
      await mkdir(join(directory, dirname(file)), { recursive: true });
      await writeFile(join(directory, file), `${source}\n`);
    }
    const oxlint = join(
      dirname(createRequire(join(root, 'package.json')).resolve('oxlint/package.json')),
      'bin/oxlint',
    );
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [oxlint, '--config', join(root, '.oxlintrc.json'), '--format', 'json'],
      { cwd: directory, encoding: 'utf8' },
    );
    if (stderr !== '') throw new Error(stderr);
    findings = (JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics.filter(({ code }) =>
      ['parley(borders)', 'import(no-cycle)'].includes(code),
    );
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(SEEDS)('judges %s: %s', (file, _source, reason) => {
    const messages = findings.filter(({ filename }) => filename === file).map(({ message }) => message);
    const expected = reason === undefined ? [] : [reason];
    expect(messages).toHaveLength(expected.length);
    for (const [at, pattern] of expected.entries()) expect(messages[at]).toMatch(pattern);
  });
});
