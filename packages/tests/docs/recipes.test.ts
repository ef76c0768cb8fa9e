// The code of the recipes: it is in the repository as files that run.
import { createTestServer } from '@parley/client/testing';
import { describe, expect, it } from 'vitest';

import { codeBlock, readDocument } from './markdown.ts';

describe('the recipe for tests', () => {
  const recipe = readDocument('docs/recipes/testing.md');

  it('shows the example that runs', () => {
    const example = readDocument('packages/client/src/testing/example.test.tsx');
    expect(codeBlock(recipe, 'tsx', 'createTestServer')).toBe(example);
  });

  it('names functions that are there', () => {
    const server = createTestServer({ users: [] });
    const named = [...recipe.matchAll(/`?(?:using _ = )?server\.([a-z]+(?:\.[a-zA-Z]+)?)/g)].map(
      ([, path]) => path ?? '',
    );
    expect(new Set(named).size).toBeGreaterThan(15);
    for (const path of named) {
      const [name = '', member] = path.split('.');
      const value: unknown = Reflect.get(server, name);
      expect([path, member === undefined ? value : Reflect.get(value as object, member)]).not.toEqual([
        path,
        undefined,
      ]);
    }
  });
});
