// Whatever can fill up is in ARCHITECTURE.md's table of bounds, with the number that the code has.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readDocument, ROOT, table } from './markdown.ts';

interface Bound {
  name: string;
  files: string[];
  value: number;
  proof: string;
}

const LINK = /\]\(([^)\s#]+)\)/g;
const rows: Bound[] = table(readDocument('ARCHITECTURE.md'), 'bound').map(
  ([bound = '', value = '', kept = '', , proof = '']) => ({
    name: bound.replaceAll('`', ''),
    files: [...kept.matchAll(LINK)].map(([, file]) => file ?? ''),
    value: Number(value.replaceAll(/\s/g, '')),
    proof,
  }),
);

/** The number that a file of the server gives a name: `const NAME = 1_000`, `name: 1_000` or `name: { points: 1_000`. */
function numberIn(file: string, name: string): number {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const [, found = ''] =
    new RegExp(`\\b${name}(?:: number)?\\s?[=:]\\s?(?:\\{ points: )?([\\d_]+)[;,\\s]`).exec(text) ?? [];
  return Number(found.replaceAll('_', '') || Number.NaN);
}

/** Files of the running server with a class that keeps a collection. */
function keepers(): string[] {
  const source = join(ROOT, 'packages/server/src');
  const field = /^ {2}(?:readonly )?#?\w+(?:: [^=;\n]+)? = (?:new (?:Map|Set)\b|\[\]|NONE;)/m;
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /^(core|bus|realtime|domains|http)\//.test(name) && name.endsWith('.ts'))
    .filter((name) => !/(\.test|\.suite)\.ts$|\/testing\//.test(name))
    .filter((name) => field.test(readFileSync(join(source, name), 'utf8')))
    .map((name) => `packages/server/src/${name}`);
}

describe('the table of bounds', () => {
  it.each(rows)('gives $name as it is', ({ name, files, value }) => {
    expect(value).toBeGreaterThan(0);
    expect(files.map((file) => numberIn(file, name))).toContain(value);
  });

  it.each(rows)('names a test that reaches $name', ({ proof }) => {
    const files = [...proof.matchAll(LINK)].map(([, file]) => file ?? '');
    expect(files.filter((file) => /\.(test|suite)\.ts$/.test(file))).not.toEqual([]);
  });

  it('names every file of the server that keeps a collection', () => {
    const named = new Set(rows.flatMap(({ files }) => files));
    expect(keepers().length).toBeGreaterThan(10);
    expect(keepers().filter((file) => !named.has(file))).toEqual([]);
  });
});
