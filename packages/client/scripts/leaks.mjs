// What the published files name: nothing that a consumer does not have.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What declarations and code may never name: what the server and the client are made of. */
const FORBIDDEN = [
  '@parley/',
  '@prisma/',
  '@trpc/',
  'react',
  'zod',
  'ws',
  'node:',
  'superjson',
  'idb',
  'fastify',
  'pino',
  'prom-client',
];

/** Only who imports the hooks has React. */
const allowed = (file) => (/(^|\/)react\.(d\.ts|js)$/.test(file) ? ['react'] : []);

export function checkLeaks(dist) {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
  const leaks = files
    .filter((file) => /\.(d\.ts|js)$/.test(file))
    .flatMap((file) =>
      leaksOf(readFileSync(join(dist, file), 'utf8'), allowed(file)).map((leak) => `${file}: ${leak}`),
    );
  if (leaks.length > 0)
    throw new Error(`the published files name what a consumer does not have:\n${leaks.join('\n')}`);
  for (const name of FORBIDDEN) {
    const planted = [
      `import { X } from '${name}x';`,
      `export type X = import("${name}x").X;`,
      `/// <reference types="${name}" />`,
    ];
    for (const text of planted) {
      if (leaksOf(text, []).length !== 1) throw new Error(`the check for leaks does not see ${text}`);
    }
  }
}

function leaksOf(text, may) {
  // Comments may show how the client itself is used.
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/(?!\/).*$/gm, '');
  const names = /\b(?:from|import|require)\s*\(?\s*['"]([^'".][^'"]*)['"]|<reference\s+\w+=['"]([^'"]+)['"]/g;
  return [...code.matchAll(names)]
    .map(([, module, reference]) => module ?? reference)
    .filter((name) => !may.some((own) => name === own || name.startsWith(`${own}/`)));
}
