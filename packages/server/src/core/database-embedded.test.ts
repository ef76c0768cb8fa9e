import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { PGlite } from './pglite.mjs';
import { silent } from './testing/databases.ts';

const ana = { id: 'ana', username: 'ana', usernameKey: 'ana' };

describe('the embedded database', () => {
  it('has Node wait for it while it starts, and no longer', async () => {
    const begun = vi.spyOn(globalThis, 'setInterval');
    const ended = vi.spyOn(globalThis, 'clearInterval');
    const waitedFor = () => {
      const timers = begun.mock.results.map(({ value }) => value as NodeJS.Timeout);
      return timers.filter((one) => one.hasRef() && !ended.mock.calls.some(([past]) => past === one)).length;
    };
    const create = vi.spyOn(PGlite, 'create');
    let atStart = 0;
    create.mockImplementationOnce(async (...options: Parameters<typeof PGlite.create>) => {
      create.mockRestore();
      atStart = waitedFor();
      return await PGlite.create(...options);
    });
    try {
      await using _database = await openDatabase({ dataDir: 'memory', log: silent });
      expect([atStart, waitedFor()]).toEqual([1, 0]);
    } finally {
      begun.mockRestore();
      ended.mockRestore();
    }
  });
});

describe('the embedded database on disk', () => {
  let parent: string;
  beforeAll(async () => {
    parent = await realpath(await mkdtemp(join(tmpdir(), 'parley-db-')));
  });
  afterAll(() => rm(parent, { recursive: true, force: true }));

  it('serves one process, keeps what a killed one committed, and starts again at once', async () => {
    const script = `
      import { openDatabase } from ${JSON.stringify(resolve(import.meta.dirname, 'open-database.ts'))};
      import { migrate } from ${JSON.stringify(resolve(import.meta.dirname, 'migrate.ts'))};
      (async () => {
        const database = await openDatabase({ dataDir: ${JSON.stringify(parent)} });
        await migrate(database);
        await database.prisma.user.create({ data: ${JSON.stringify(ana)} });
        process.stdout.write('committed');
        setInterval(() => undefined, 1000);
      })();`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: import.meta.dirname,
    });
    try {
      const [said] = (await once(child.stdout, 'data')) as [Buffer];
      expect(said.toString()).toBe('committed');
      await expect(openDatabase({ dataDir: parent, log: silent })).rejects.toThrow(
        'in use by another process',
      );
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'exit');
    await using database = await openDatabase({ dataDir: parent, log: silent });
    expect(await migrate(database)).toEqual([]);
    expect(await database.prisma.user.findMany({ select: { id: true } })).toEqual([{ id: 'ana' }]);
  });

  it('begins again when its first start was killed half-way', async () => {
    const path = join(parent, 'half');
    const first = await openDatabase({ dataDir: path, log: silent });
    await first.close();
    expect(await readdir(path)).toEqual(['db']);
    await rm(join(path, 'db', 'global'), { recursive: true });
    await writeFile(join(path, 'db.unfinished'), '');
    await using database = await openDatabase({ dataDir: path, log: silent });
    expect(await migrate(database)).not.toEqual([]);
    expect(await readdir(path)).not.toContain('db.unfinished');
  });

  it('that cannot start says so in one line and frees the directory', async () => {
    const path = join(parent, 'half');
    await rm(join(path, 'db', 'global'), { recursive: true });
    for (const _ of [1, 2]) {
      await expect(openDatabase({ dataDir: path, log: silent })).rejects.toThrow(
        /^the embedded database in .+ does not start: [^\n]+ \(see PARLEY_DATA_DIR\)$/,
      );
    }
  });
});
