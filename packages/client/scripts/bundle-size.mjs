// What an application that imports the package loads for it: bundled and minified as a production build does, gzipped.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { rolldown } from 'rolldown';

const KB = 1_024;

/**
 * Bytes that are loaded at once by an application in `folder` that has `code` as its only module; chunks that it may ask
 * for afterwards are `later`.
 */
async function bundle(code, folder) {
  const input = join(folder, 'application.js');
  writeFileSync(input, code);
  const build = await rolldown({ input, platform: 'browser', external: /^react(\/|$)/, logLevel: 'silent' });
  const { output } = await build.generate({ format: 'esm', minify: true });
  await build.close();
  const chunks = new Map(output.filter(({ type }) => type === 'chunk').map((it) => [it.fileName, it]));
  const atOnce = new Set();
  const load = (name) => {
    const chunk = chunks.get(name);
    if (chunk === undefined || atOnce.has(name)) return;
    atOnce.add(name);
    chunk.imports.forEach(load);
  };
  output.filter(({ isEntry }) => isEntry).forEach(({ fileName }) => load(fileName));
  const size = (names) =>
    names.reduce((sum, name) => sum + gzipSync(chunks.get(name).code, { level: 9 }).length, 0);
  return {
    atOnce: size([...atOnce]),
    later: size([...chunks.keys()].filter((name) => !atOnce.has(name))),
  };
}

/** The budgets, in bytes. */
const BUDGET = { core: 20 * KB, react: 4 * KB, oneFunction: 4 * KB };

/** Measures what is installed in `folder` and throws where it is over a budget. */
export async function checkSizes(folder) {
  const core = await bundle("export { createParleyClient, isParleyError } from '@parley/client';", folder);
  const both = await bundle(
    "export { createParleyClient, isParleyError } from '@parley/client'; export * from '@parley/client/react';",
    folder,
  );
  const one = await bundle("export { isParleyError } from '@parley/client';", folder);
  const react = both.atOnce - core.atOnce;
  console.log(
    `gzip: core ${kb(core.atOnce)} (and ${kb(core.later)} when they are needed), React ${kb(react)} more, isParleyError alone ${kb(one.atOnce)}`,
  );
  const over = [
    ['the core with tRPC and superjson', core.atOnce, BUDGET.core],
    ['the React layer', react, BUDGET.react],
    ['one function', one.atOnce, BUDGET.oneFunction],
  ].filter(([, size, most]) => size > most);
  if (over.length > 0)
    throw new Error(over.map(([name, size, most]) => `${name}: ${kb(size)} of ${kb(most)}`).join('; '));
}

const kb = (bytes) => `${(bytes / KB).toFixed(2)} KB`;
