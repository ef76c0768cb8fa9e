import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openDataDirectory } from './data-directory.ts';
import { StartupError } from './startup-error.ts';

const MODULE = resolve(import.meta.dirname, 'data-directory.ts');

let parent: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  parent = await realpath(await mkdtemp(join(tmpdir(), 'parley-data-')));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(parent, { recursive: true, force: true });
});

/** A process that takes the directory and says so, or says why not. */
async function holder(
  directory: string,
  wrapper: string[] = [],
): Promise<{ child: ChildProcess; said: string }> {
  const script = `
    import { openDataDirectory } from ${JSON.stringify(MODULE)};
    openDataDirectory(${JSON.stringify(directory)}).then(
      () => { process.stdout.write('held'); setInterval(() => undefined, 1000); },
      (error) => process.stdout.write(error.name + ': ' + error.message),
    );`;
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', script];
  const [file = '', ...args] = [...wrapper, ...node];
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: import.meta.dirname });
  children.push(child);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: said.toString() };
}

describe('a data directory', () => {
  it('is created, and is free again when released', async () => {
    const path = join(parent, 'a', 'b');
    const directory = await openDataDirectory(path);
    expect(directory.path).toBe(path);
    await directory.release();
    expect(await readdir(path)).toEqual([]);
    await using again = await openDataDirectory(path);
    expect(again.path).toBe(path);
  });

  it('is refused while it is held, by any path that leads to it', async () => {
    await using _held = await openDataDirectory(parent);
    const link = `${parent}-link`;
    await symlink(parent, link);
    try {
      for (const path of [parent, link]) {
        const refused = openDataDirectory(path);
        await expect(refused).rejects.toThrow(StartupError);
        await expect(refused).rejects.toThrow(/^the data directory .+ is in use by another process[^\n]+$/);
      }
    } finally {
      await rm(link);
    }
  });

  it('is held apart from its neighbours', async () => {
    await using a = await openDataDirectory(join(parent, 'a'));
    await using b = await openDataDirectory(join(parent, 'b'));
    expect(a.path).not.toBe(b.path);
  });

  it('may have a path longer than that of a socket can be', async () => {
    const path = join(parent, 'x'.repeat(120), 'y'.repeat(120));
    await using _held = await openDataDirectory(path);
    await expect(openDataDirectory(path)).rejects.toThrow('in use');
  });

  it('is refused to another process, and free at once when that is killed', async () => {
    const { child, said } = await holder(parent);
    expect(said).toBe('held');
    await expect(openDataDirectory(parent)).rejects.toThrow('in use');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await using directory = await openDataDirectory(parent);
    expect(directory.path).toBe(parent);
  });

  it('is taken by one of several processes that find what a killed one left', async () => {
    const { child } = await holder(parent);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(parent)).toEqual(process.platform === 'win32' ? [] : ['lock.sock']);
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => openDataDirectory(parent)));
    const taken = attempts.filter((attempt) => attempt.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    await Promise.all(taken.map(({ value }) => value.release()));
  });

  it.runIf(spawnSync('unshare', ['--net', 'true']).status === 0)(
    'is refused to a container with a network of its own',
    async () => {
      await using _held = await openDataDirectory(parent);
      expect((await holder(parent, ['unshare', '--net'])).said).toContain('in use by another process');
    },
  );

  it('is refused in one line when it is a file', async () => {
    const file = join(parent, 'file');
    await writeFile(file, '');
    await expect(openDataDirectory(file)).rejects.toThrow(
      /^the data directory .+ cannot be used: \w+ \(see PARLEY_DATA_DIR\)$/,
    );
  });

  it.runIf(process.platform === 'linux')(
    'is refused in one line where the system says that there is no such entry, of a directory that is there',
    async () => {
      await expect(openDataDirectory('/proc/parley/data')).rejects.toThrow(
        '/proc/parley/data cannot be used: ENOENT (see PARLEY_DATA_DIR)',
      );
    },
  );
});
