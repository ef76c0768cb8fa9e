// The notices of the packages that are in the published code and declarations, as their source maps tell which those are.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const RULE = `\n${'-'.repeat(78)}\n`;

/**
 * The text of THIRD_PARTY_LICENSES for what was built into `dist`.
 *
 * @throws Error for a package that says nothing of its licence, and for a file without a source map
 */
export function notices(dist) {
  const packages = new Map();
  for (const source of bundledSources(dist)) {
    const folder = packageOf(source);
    if (folder === undefined) continue;
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    packages.set(`${name} ${version}`, { license, text: licenceText(folder) });
  }
  const entries = [...packages].toSorted(([one], [other]) => one.localeCompare(other));
  return ['@parley/client includes parts of these packages.\n', ...entries.map(notice)].join(RULE);
}

function notice([title, { license, text }]) {
  if (text === undefined && license === undefined) throw new Error(`${title} names no licence`);
  return `${title} (${license})\n\n${text ?? `Licence: ${license}`}\n`;
}

function bundledSources(dist) {
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(js|d\.ts)$/.test(file))
    .flatMap((file) => {
      const map = join(dist, `${file}.map`);
      return JSON.parse(readFileSync(map, 'utf8')).sources.map((source) => resolve(dirname(map), source));
    });
}

function packageOf(source) {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(source.replaceAll('\\', '/'))?.[0];
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file === undefined ? undefined : readFileSync(join(folder, file), 'utf8').trim();
}
