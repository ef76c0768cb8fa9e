/** Nodes start often, so they start from a bundle: a third of the time that it takes from source. */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { rolldown } from 'rolldown';

/** Where what the server depends on is found. */
const SERVER = resolve(import.meta.dirname, '../../../server');
const INLINE = /^(@parley|@oxc-project)\//;

export interface Bundle extends AsyncDisposable {
  /** Of the entry. */
  readonly url: string;
}

export async function bundleNode(): Promise<Bundle> {
  const cache = join(SERVER, 'node_modules/.cache/parley');
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, 'chaos-'));
  const abandon = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', abandon);
  const bundle = await rolldown({
    input: { node: resolve(import.meta.dirname, 'node.ts') },
    platform: 'node',
    transform: { target: 'node20.19' },
    external: (id) => !/^[./\0]/.test(id) && !INLINE.test(id),
  });
  await bundle.write({ dir: directory, format: 'esm' });
  await bundle.close();
  // Where the server looks for them, beside its bundle.
  await symlink(resolve(SERVER, '../../prisma/migrations'), join(directory, 'migrations'), 'dir');
  return {
    url: pathToFileURL(join(directory, 'node.js')).href,
    async [Symbol.asyncDispose]() {
      process.off('exit', abandon);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
