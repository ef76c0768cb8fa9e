import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { version } = createRequire(import.meta.url)('esbuild/package.json');
/** What each file was made into, until it changes: some thirty processes of a run load the same two hundred. */
const KEPT = new URL('node_modules/.cache/parley/typescript/', import.meta.url);

/** @type {import('esbuild').TransformOptions} */
const OPTIONS = {
  loader: 'ts',
  format: 'esm',
  // `await using` is newer than the oldest Node that runs it.
  target: 'node20.19',
  sourcemap: 'inline',
};

await mkdir(KEPT, { recursive: true });

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const typescript = await readFile(new URL(url));
  return { format: 'module', source: await transformed(url, typescript), shortCircuit: true };
}

async function transformed(url, typescript) {
  const kept = new URL(`${hashOf(url)}.js`, KEPT);
  const madeOf = `\n// ${hashOf(version, JSON.stringify(OPTIONS), typescript)}`;
  const before = await readFile(kept, 'utf8').catch(() => '');
  if (before.endsWith(madeOf)) return before;
  const { transform } = await import('esbuild');
  const { code } = await transform(typescript, { ...OPTIONS, sourcefile: fileURLToPath(url) });
  const unfinished = new URL(`${hashOf(url)}.${process.pid}`, KEPT);
  await writeFile(unfinished, `${code}${madeOf}`);
  await rename(unfinished, kept);
  return code;
}

function hashOf(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
