// A package is packed once it is built, and not before.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PACKAGES = fileURLToPath(new URL('../../', import.meta.url));

describe.each([
  ['client', ['dist/index.js', 'dist/react.d.ts', 'dist/testing.js']],
  ['server', ['dist/main.js', 'dist/demo.js']],
])('packing the %s', (name, needed) => {
  let root: string;
  let directory: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'parley-pack-'));
    directory = join(root, name);
    await mkdir(directory);
    await cp(join(PACKAGES, name, 'package.json'), join(directory, 'package.json'));
    await cp(join(PACKAGES, 'server/scripts'), join(root, 'server/scripts'), { recursive: true });
  });
  afterAll(() => rm(root, { recursive: true }));

  const prepack = async () => {
    const manifest = await readFile(join(directory, 'package.json'), 'utf8');
    const { scripts } = JSON.parse(manifest) as { scripts: { prepack: string } };
    const [command, ...args] = scripts.prepack.split(' ');
    expect(command).toBe('node');
    return await new Promise<{ code: number; stderr: string }>((resolve) => {
      execFile(process.execPath, args, { cwd: directory }, (error, _stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stderr }),
      );
    });
  };

  it('is refused before it is built, and says what to do', async () => {
    const { code, stderr } = await prepack();
    expect(code).toBe(1);
    for (const file of needed) expect(stderr).toContain(file);
    expect(stderr).toContain('Run `pnpm build` first');
  });

  it('goes on once every file is there that it is for', async () => {
    const { stderr } = await prepack();
    for (const file of stderr.match(/[\w./-]*dist\/[\w./-]+/g) ?? []) {
      await mkdir(dirname(join(directory, file)), { recursive: true });
      await writeFile(join(directory, file), '');
    }
    expect(await prepack()).toEqual({ code: 0, stderr: '' });
    await rm(join(directory, needed[0] ?? ''));
    expect((await prepack()).code).toBe(1);
  });
});
