// What the documents refer to is there: files, headings, tests and commands.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import { describe, expect, it } from 'vitest';

import { DOCUMENTS, prose, read, readDocument, ROOT } from './markdown.ts';

interface Link {
  text: string;
  target: string;
  anchor: string | undefined;
}

/** Links of a document to files, with their targets from the root. */
function linksOf(path: string): Link[] {
  return [...prose(readDocument(path)).matchAll(/\[((?:`[^`]*`|[^\]`])+)\]\(([^)\s]+)\)/g)]
    .filter(([, , href]) => !/^[a-z]+:/i.test(href ?? ''))
    .map(([, text = '', href = '']) => {
      const [file = '', anchor] = href.split('#');
      return { text, anchor, target: file === '' ? path : normalize(join(dirname(path), file)) };
    });
}

const topLevel = new Set(readdirSync(ROOT));
/** Where a path in backticks may count from, besides the root and the document. */
const BASES = ['packages/server/src', 'packages/client/src', 'packages/contract/src'];
/** What a run makes or a reader is asked to make. */
const NOT_KEPT =
  /^(\.parley|\.env|dist|node_modules)\b|(^|\/)(dist|node_modules)(\/|$)|^apps\/cli\/hello\.ts$/;

/** Whether text in backticks names a file or folder of the repository. */
function isPath(code: string): boolean {
  if (!/^[\w.@-]+(\/[\w.@-]+)*\/?$/.test(code) || NOT_KEPT.test(code)) return false;
  const [first = ''] = code.split('/');
  if (code.includes('/')) return topLevel.has(first) || /\.(ts|tsx|mjs|md|json|prisma|sql)$/.test(code);
  return /^[\w.-]+\.(ts|tsx|mjs|md|prisma|yaml)$/.test(code) && topLevel.has(code);
}

/** GitHub's name of a heading. */
const slug = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

describe.each(DOCUMENTS)('%s', (path) => {
  const links = linksOf(path);

  it('links to what is there', () => {
    expect(links.map(({ target }) => target).filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
  });

  it('links to headings that are there', () => {
    const missing = links.filter(({ target, anchor }) => {
      if (anchor === undefined) return false;
      const headings = [...(read(target) ?? '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
        slug(heading ?? ''),
      );
      return !headings.includes(anchor);
    });
    expect(missing).toEqual([]);
  });

  it('names tests by their sentences', () => {
    const missing = links
      .filter(({ target, text }) => /\.(test|suite)\.ts$/.test(target) && !/^`|\.ts$/.test(text))
      .filter(({ target, text }) => read(target)?.includes(text) !== true);
    expect(missing).toEqual([]);
  });

  it('names files that are there', () => {
    const codes = [...prose(readDocument(path)).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');
    const missing = codes.filter(isPath).filter((code) => {
      const from = ['.', dirname(path), ...BASES];
      return !from.some((base) => existsSync(join(ROOT, base, code)));
    });
    expect(missing).toEqual([]);
  });

  it('speaks of nothing outside the repository', () => {
    expect(readDocument(path)).not.toMatch(/\/(work|root|home|Users|tmp)\/\w/);
  });
});
