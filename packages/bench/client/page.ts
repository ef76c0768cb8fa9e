// A page of this package as a production build has it, and what of it is loaded at once.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { rolldown, type OutputChunk } from 'rolldown';

/** The SDK as it is published. */
export const SDK = fileURLToPath(new URL('../../client/dist/index.js', import.meta.url));

export interface BuiltPage {
  directory: string;
  /** Of its scripts that are loaded at once, gzipped. */
  gzipBytes: number;
}

export async function buildPage(name: string, directory: string): Promise<BuiltPage> {
  const entry = fileURLToPath(new URL(`../pages/${name}.ts`, import.meta.url));
  const build = await rolldown({
    input: { page: entry },
    platform: 'browser',
    logLevel: 'silent',
    resolve: { alias: { '@parley/client': SDK } },
  });
  const assets = join(directory, 'assets');
  const { output } = await build.write({ dir: assets, format: 'esm', minify: true });
  await build.close();
  await mkdir(directory, { recursive: true });
  await writeFile(
    join(directory, 'index.html'),
    '<!doctype html><meta name="viewport" content="width=device-width"><title>Talk</title><script type="module" src="/assets/page.js"></script>',
  );
  // As what a page is served from has it in production.
  for (const it of output) {
    if (it.type !== 'chunk') continue;
    await writeFile(join(assets, `${it.fileName}.br`), brotliCompressSync(it.code));
    await writeFile(join(assets, `${it.fileName}.gz`), gzipSync(it.code, { level: 9 }));
  }
  const chunks = new Map(output.flatMap((it) => (it.type === 'chunk' ? [[it.fileName, it] as const] : [])));
  return { directory, gzipBytes: loadedAtOnce(chunks).reduce((sum, { code }) => sum + gzip(code), 0) };
}

const gzip = (code: string): number => gzipSync(code, { level: 9 }).length;

function loadedAtOnce(chunks: ReadonlyMap<string, OutputChunk>): OutputChunk[] {
  const loaded = new Set<OutputChunk>();
  const load = (name: string) => {
    const chunk = chunks.get(name);
    if (chunk === undefined || loaded.has(chunk)) return;
    loaded.add(chunk);
    chunk.imports.forEach(load);
  };
  for (const { isEntry, fileName } of chunks.values()) if (isEntry) load(fileName);
  return [...loaded];
}
