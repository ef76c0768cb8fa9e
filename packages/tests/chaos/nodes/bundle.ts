/** Nodes start often, so they start from a bundle: a third of the time that it takes from source. */
import { existsSync, rmSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { rolldown } from 'rolldown';

/** Where what the server depends on is found. */
const SERVER = resolve(import.meta.dirname, '../../../server');
const INLINE = /^(@parley|@oxc-project)\//;

/** @returns the URL of a bundle that is there until this process ends. */
export async function bundleNode(): Promise<string> {
  const directory = join(SERVER, `node_modules/.cache/parley/chaos-${process.pid}`);
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const bundle = await rolldown({
    input: { node: resolve(import.meta.dirname, 'node.ts') },
    platform: 'node',
    transform: { target: 'node20.19' },
    external: (id) => !/^[./\0]/.test(id) && !INLINE.test(id),
  });
  await bundle.write({ dir: directory, format: 'esm' });
  await bundle.close();
  await mkdir(directory, { recursive: true });
  const migrations = join(directory, 'migrations');
  if (!existsSync(migrations)) await symlink(resolve(SERVER, '../../prisma/migrations'), migrations, 'dir');
  return pathToFileURL(join(directory, 'node.js')).href;
}
