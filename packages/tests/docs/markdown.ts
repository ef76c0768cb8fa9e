// What the documents hold that can be checked: code, tables and references.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Of the repository. */
export const ROOT = resolve(import.meta.dirname, '../../..');

/** Every document of the repository, by its path from the root. */
export const DOCUMENTS: readonly string[] = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
  ...readdirSync(join(ROOT, 'packages'))
    .map((name) => `packages/${name}/README.md`)
    .filter((path) => read(path) !== undefined),
];

/** The text of a file by its path from the root; undefined where there is none. */
export function read(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}

/** The text of a document that is there. */
export function readDocument(path: string): string {
  const text = read(path);
  if (text === undefined) throw new Error(`there is no ${path}`);
  return text;
}

/** The code of a document's one fenced block of a language that mentions something. */
export function codeBlock(document: string, language: string, mentioning: string): string {
  const blocks = [...document.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name, code]) => name === language && code?.includes(mentioning))
    .map(([, , code]) => code ?? '');
  const [block, ...others] = blocks;
  if (block === undefined || others.length > 0) {
    throw new Error(`${blocks.length} blocks of ${language} mention ${mentioning}`);
  }
  return block;
}

/** The rows below a document's one table whose first heading is `heading`: their cells, without backticks. */
export function table(document: string, heading: string): string[][] {
  const lines = document.split('\n');
  const starts = lines.flatMap((line, index) => (cells(line)[0] === heading ? [index] : []));
  const [start, ...others] = starts;
  if (start === undefined || others.length > 0) {
    throw new Error(`${starts.length} tables begin with ${heading}`);
  }
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end === -1 ? rest.length : end).map(cells);
}

function cells(line: string): string[] {
  return line.startsWith('|')
    ? line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', ''))
    : [];
}

/** Prose without its fenced blocks: what is in them is code. */
export function prose(document: string): string {
  return document.replaceAll(/^```[\s\S]*?^```$/gm, '');
}
