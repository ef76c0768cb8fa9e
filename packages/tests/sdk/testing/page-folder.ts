import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { rolldown } from 'rolldown';

export interface PageFolder extends AsyncDisposable {
  readonly path: string;
}

/** A folder with a page whose one script is `script` of this folder, bundled with the client that it imports. */
export async function buildPage(script: string): Promise<PageFolder> {
  const path = await mkdtemp(join(tmpdir(), 'parley-page-'));
  const bundle = await rolldown({
    input: { page: fileURLToPath(new URL(script, import.meta.url)) },
    platform: 'browser',
    logLevel: 'silent',
  });
  await bundle.write({ dir: path, format: 'esm' });
  await bundle.close();
  await writeFile(
    join(path, 'index.html'),
    '<!doctype html><title>A page</title><script type="module" src="/page.js"></script>',
  );
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
