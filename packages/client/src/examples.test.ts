import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { errorsIn, PACKAGE, typeService } from './core/testing/type-program.ts';

/** What an example may take for granted. */
const GIVEN = `
import type { OfferView, ParleyClient } from '@parley/client';
import type { TestServer } from '@parley/client/testing';
import type { ReactNode } from 'react';
declare global {
  const client: ParleyClient;
  const server: TestServer;
  const offer: OfferView;
  const Talks: () => ReactNode;
  const id: string;
  const conversationId: string;
  const talkId: string;
  const offerId: string;
  const show: (what: unknown) => void;
}
`;

interface Example {
  /** For example core/errors.ts:26. */
  readonly at: string;
  readonly code: string;
}

/** The examples in the documentation of a source, without the stars. */
function examplesIn(source: string, text: string): Example[] {
  return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) =>
    [...comment[0].matchAll(/@example\n([\s\S]*?)(?=\n *\* *@|\n *\*\/)/g)].map((example) => ({
      at: `${source}:${text.slice(0, comment.index + example.index).split('\n').length}`,
      code: example[1]!.replaceAll(/^ *\* ?/gm, ''),
    })),
  );
}

const SOURCES = join(PACKAGE, 'src');
const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|(^|\/)core\/testing\/|react\/testing\//.test(file))
  .map((file) => [file, readFileSync(join(SOURCES, file), 'utf8')] as const);
const examples = sources.flatMap(([file, text]) => examplesIn(file, text));
const [planted] = examplesIn(
  'planted.ts',
  `/**
    * Sends a message.
    *
    * @example
    * const { send } = useMessages(talkId);
    * void send({ contents: 'Hello' });
    */`,
);
const ENTRIES = ['@parley/client', '@parley/client/react', '@parley/client/testing'];

/** Imports whatever of the package an example names and does not declare. */
function asModule({ code }: Example): string {
  const imports = ENTRIES.map((entry) => {
    const names = exportsOf(entry).filter(
      (name) =>
        new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`(function|const|class) ${name}\\b`).test(code),
    );
    return `import { ${names.join(', ')} } from '${entry}';`;
  });
  return `${imports.join(' ')}\n${code}\nexport {};\n`;
}

const exportsOf = (entry: string) => names.get(entry) ?? [];
const names = new Map(
  ENTRIES.map((entry) => {
    const file = join(SOURCES, entry.replace('@parley/client', '.'), 'index.ts');
    const text = readFileSync(file, 'utf8').replaceAll(/export type (\{[^}]*\}|\*)/g, '');
    const exported = [...text.matchAll(/export \{([^}]*)\}/g)].flatMap((list) => list[1]!.split(','));
    return [entry, exported.map((name) => name.trim()).filter((name) => /^\w+$/.test(name))] as const;
  }),
);

const texts = {
  'example-given.d.ts': GIVEN,
  ...Object.fromEntries(examples.map((example, i) => [`example-${i}.tsx`, asModule(example)])),
  'example-planted.tsx': asModule(planted!),
};
const service = typeService(texts);

describe('the examples in the documentation of symbols', { timeout: 120_000 }, () => {
  it('are found, in the core and in the hooks', () => {
    const marks = sources.flatMap(([, text]) => text.match(/@example/g) ?? []);
    expect(examples).toHaveLength(marks.length);
    expect(examples.length).toBeGreaterThan(20);
    for (const file of ['client.ts', 'core/errors.ts', 'react/use-messages.ts']) {
      expect(examples.map(({ at }) => at.replace(/:\d+$/, ''))).toContain(file);
    }
  });

  it.each(examples.map(({ at }, i) => [at, i] as const))('%s compiles', (_at, i) => {
    expect(errorsIn(service, `example-${i}.tsx`)).toEqual([]);
  });

  it('would not, had one a field that does not exist', () => {
    expect(errorsIn(service, 'example-planted.tsx').join()).toContain("'contents' does not exist");
  });
});
