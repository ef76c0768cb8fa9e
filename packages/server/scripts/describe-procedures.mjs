// What the procedures' own comments say of them, for the documentation of the REST API: written once, read by editors
// and by people. A procedure without a comment stops the generation.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const domains = join(root, 'src/domains');
/** What a domain adds to the paths of another one: see src/procedures.ts. */
const WITHIN = { room: 'conversations' };

const descriptions = readdirSync(domains)
  .toSorted()
  .flatMap((domain) => {
    try {
      return describe(readFileSync(join(domains, domain, 'router.ts'), 'utf8'), domain);
    } catch (error) {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
      throw error;
    }
  });
mkdirSync(join(root, 'src/generated'), { recursive: true });
writeFileSync(
  join(root, 'src/generated/descriptions.ts'),
  `/** What each query and mutation does, from its comment: see scripts/describe-procedures.mjs. */
export const DESCRIPTIONS: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(descriptions), null, 2)};
`,
);

/** Pairs of a path and its description. The name of the exported record begins the path. */
function describe(text, domain) {
  const record = /export const (\w+) = \{\n([\s\S]*?)\n\} satisfies/.exec(text);
  if (record === null) throw new Error(`${domain}/router.ts exports no procedures`);
  const [, name, body] = record;
  const procedures = body.split(/^(?= {2}(?:\/\*\*|\w+:))/m).filter((part) => part.trim() !== '');
  const pairs = [];
  let comment;
  for (const part of procedures) {
    const found = /^ {2}\/\*\*([\s\S]*?)\*\//.exec(part);
    if (found !== null) {
      comment = found[1];
      continue;
    }
    const path = `${WITHIN[name] ?? name}.${/^ {2}(\w+):/.exec(part)?.[1]}`;
    if (comment === undefined) throw new Error(`${path} has no comment that says what it does`);
    if (!part.includes('.subscription(')) pairs.push([path, plain(comment)]);
    comment = undefined;
  }
  return pairs;
}

/** Paragraphs stay, lines within them do not. */
function plain(comment) {
  const lines = comment.split('\n').map((line) => line.replace(/^ *\*? ?/, '').trim());
  return lines
    .join('\n')
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replaceAll('\n', ' '))
    .join('\n\n');
}
