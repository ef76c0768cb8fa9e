// The terminal client starts often in these tests, so it starts from a bundle: a fifth of the time that it takes from source.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { rolldown } from 'rolldown';

const directory = mkdtempSync(join(tmpdir(), 'parley-cli-built-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

const bundle = await rolldown({
  input: fileURLToPath(new URL('../../../apps/cli/src/main.ts', import.meta.url)),
  platform: 'node',
  transform: { target: 'node20.19' },
  // What `ws` uses where it is there.
  external: ['bufferutil', 'utf-8-validate'],
});
await bundle.write({
  dir: directory,
  format: 'esm',
  entryFileNames: '[name].mjs',
  chunkFileNames: '[name].mjs',
});
await bundle.close();

export const TERMINAL_CLIENT = join(directory, 'main.mjs');
