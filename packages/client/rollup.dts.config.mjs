import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import ts from '@typescript/typescript6';
import { dts } from 'rollup-plugin-dts';

import { ENTRIES } from './entries.mjs';

/** The only declarations of the workspace that may reach the published package (`tsc -b` wrote them). */
const API = resolve('../server/.types/app-router.d.ts');
const RULES = resolve('../server/.types/rules.d.ts');
const CONTRACT = resolve('../contract/.types/index.d.ts');
/** Where the contract's types are published, beside the entry: a file of its own, which the entry can re-export. */
const PUBLISHED_CONTRACT = resolve('.types/internal/contract.js');

/**
 * Drops the values: a name of the contract stands for a type and for its schema, and only the type is published. What a
 * type is derived from by `typeof` stays, unexported.
 */
const typesAlone = {
  name: 'types-alone',
  load(id) {
    if (!id.includes('/contract/.types/')) return null;
    const text = readFileSync(id, 'utf8');
    const file = ts.createSourceFile(id, text, ts.ScriptTarget.Latest, true);
    const types = file.statements
      .map((statement) => {
        const [name] = valuesOf(statement);
        if (name === undefined) return statement.getFullText();
        const isNeeded = new RegExp(`typeof ${name}\\b`).test(text);
        return isNeeded ? statement.getFullText().replace('export declare', 'declare') : '';
      })
      .join('');
    // Without any such line a declaration file exports all that it declares.
    return `${types}\nexport {};\n`;
  },
};

/** Says of stars too that nothing of the contract is there at run time. */
const typeStars = {
  name: 'type-stars',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle).filter(({ type }) => type === 'chunk'))
      chunk.code = chunk.code.replaceAll(/^export \*/gm, 'export type *');
  },
};

/**
 * Exports every declaration of the shared chunk. They are public as `@parley/client/internal/*`, so that a consumer
 * that emits declarations can name what it infers from the client (no TS2742, TS2883 or TS4023).
 */
const nameable = {
  name: 'nameable',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk' || chunk.isEntry) continue;
      const declared = [
        ...chunk.code.matchAll(
          /^(?:declare )?(?:abstract )?(?:interface|type|class|const|function|enum|namespace) ([\w$]+)/gm,
        ),
      ].map((m) => m[1]);
      const exported = new Set(chunk.exports);
      const rest = [...new Set(declared)].filter((name) => !exported.has(name));
      if (rest.length > 0) chunk.code += `export type { ${rest.join(', ')} };\n`;
    }
  },
};

const workspace = {
  name: 'workspace-types',
  resolveId(id) {
    if (id === '@parley/server/api') return API;
    if (id === '@parley/server/rules') return RULES;
    if (/^@parley\/contract(\/schemas)?$/.test(id)) return { id: PUBLISHED_CONTRACT, external: 'relative' };
    return null;
  },
};

const plugins = [dts({ tsconfig: false, respectExternal: true })];
const output = {
  dir: 'dist',
  format: 'es',
  chunkFileNames: 'internal/[name].d.ts',
  minifyInternalExports: false,
  // The maps are not published: they tell the notices whose text is in the declarations.
  sourcemap: 'hidden',
};

function onwarn(warning) {
  if (warning.code === 'CIRCULAR_CHUNK' || /no public re-export/.test(warning.message)) return;
  throw new Error(warning.message);
}

const declared = Object.entries(ENTRIES).map(([name, source]) => [
  name,
  source.replace(/^src/, '.types').replace(/\.ts$/, '.d.ts'),
]);

/**
 * Our own declarations are apart from those of tRPC and the router, so that the report of the API has just them, and those
 * of an entry are its own, so that only who imports the hooks needs React.
 */
function chunkOf(id) {
  if (!id.includes('/client/.types/')) return 'core';
  if (declared.some(([, entry]) => id.endsWith(entry))) return undefined;
  return /\/client\/\.types\/(react|testing)\//.exec(id)?.[1] ?? 'client';
}

/** Follows the types of the workspace and of tRPC, and keeps what the entries reach; other packages stay imports. */
export default [
  {
    input: { contract: CONTRACT },
    output: { ...output, entryFileNames: 'internal/[name].d.ts' },
    external: (id) => !/^[./]/.test(id),
    plugins: [typesAlone, ...plugins],
    onwarn,
  },
  {
    input: Object.fromEntries(declared),
    output: { ...output, entryFileNames: '[name].d.ts', manualChunks: chunkOf },
    external: (id) => !/^([./]|@parley\/|@trpc\/)/.test(id),
    plugins: [workspace, ...plugins, nameable, typeStars],
    onwarn,
  },
];

function valuesOf(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map((it) => it.name.getText());
  return ts.isFunctionDeclaration(statement) ? [statement.name.getText()] : [];
}
