// `pnpm demo` before there is a server: its launcher, in a repository that has nothing else, with a build tool that
// counts how often it is asked.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import nodeModule from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ROOT } from '../docs/markdown.ts';

const COPIED = [
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'turbo.json',
  'tsconfig.base.json',
  'packages/server/scripts/launch.mjs',
  'packages/server/scripts/build-stamp.mjs',
];
const SOURCE = 'packages/server/src/demo.ts';
const BUILT = 'packages/server/dist/demo.js';
const BUILDS = 'builds.txt';
const COMPILED = 'node_modules/.cache/parley/code';
const TURBO = `
const { appendFileSync, cpSync } = require('node:fs');
appendFileSync('${BUILDS}', 'built ');
cpSync('${SOURCE}', '${BUILT}');`;

describe('the launcher', () => {
  let root: string;
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'parley-launch-'));
    for (const path of COPIED) await cp(join(ROOT, path), join(root, path));
    for (const folder of ['apps', 'prisma']) await mkdir(join(root, folder));
    await write('node_modules/turbo/bin/turbo', TURBO);
    await write(SOURCE, `process.stdout.write('first');`);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const launch = async () => {
    const script = join(root, 'packages/server/scripts/launch.mjs');
    const child = spawn(process.execPath, [script, 'demo'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [said, warned] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(warned).toMatch(/^(Building Parley; [^\n]*\n)?$/);
    return said;
  };
  const builds = () => readFile(join(root, BUILDS), 'utf8');
  const compiled = async () =>
    existsSync(join(root, COMPILED)) ? await readdir(join(root, COMPILED), { recursive: true }) : [];

  it('builds, and again when something has changed', async () => {
    expect([await launch(), await builds()]).toEqual(['first', 'built ']);
    expect([await launch(), await builds()]).toEqual(['first', 'built ']);
    await write(SOURCE, `process.stdout.write('the second');`);
    expect([await launch(), await builds()]).toEqual(['the second', 'built built ']);
  });

  it('keeps what Node has compiled for the next start, until the next build', async () => {
    await launch();
    // Node.js 20 and the first of 22 cannot.
    expect((await compiled()).length > 0).toBe('enableCompileCache' in nodeModule);
    await write(`${COMPILED}/of-this-build`, '');
    await launch();
    expect(await compiled()).toContain('of-this-build');
    await write(SOURCE, `process.stdout.write('the second');`);
    await launch();
    expect(await compiled()).not.toContain('of-this-build');
  });
});
