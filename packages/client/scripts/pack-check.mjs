// Packs the client as it would be published, installs the tarball in an outside project, and there type-checks right and
// wrong use with every supported compiler and React, and runs it. Reaches no registry.
import { execFileSync } from 'node:child_process';
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';

import { checkApi } from './api-report.mjs';
import { checkSizes } from './bundle-size.mjs';
import { checkLeaks } from './leaks.mjs';
import { COMPILERS, OutsideProject } from './outside-project.mjs';
import { notices } from './third-party.mjs';

const root = join(import.meta.dirname, '..');
const work = realpathSync(mkdtempSync(join(tmpdir(), 'parley-client-')));
const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}` };

const run = (command, args) =>
  execFileSync(command, args, {
    cwd: root,
    env,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'inherit', 'inherit'],
  });

try {
  checkApi(join(root, 'dist'), join(root, 'api'));
  checkNotices();
  run('pnpm', ['pack', '--pack-destination', work]);
  const tarball = join(
    work,
    readdirSync(work).find((file) => file.endsWith('.tgz')),
  );
  run('publint', ['run', tarball, '--strict']);
  run('attw', [tarball, '--profile', 'esm-only', '--exclude-entrypoints', './internal/*']);

  const project = new OutsideProject(root, work, tarball);
  checkManifest(project);
  checkLeaks(join(project.installed, 'dist'));
  await checkSizes(work);

  for (const react of [18, 19]) {
    project.useReact(react);
    project.run();
    for (const compiler of Object.keys(COMPILERS)) {
      for (const resolution of ['bundler', 'nodenext']) {
        const errors = project.compile(compiler, resolution);
        if (errors.length > 0)
          throw new Error(`${compiler}, ${resolution}, React ${react}:\n${errors.join('\n')}`);
      }
    }
    console.log(
      `React ${react}: runs, and right use compiles and wrong use does not: ${Object.keys(COMPILERS).join(', ')}`,
    );
  }
  checkRecipe(project);
  checkThatItCanFail(project);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function checkNotices() {
  if (readFileSync(join(root, 'THIRD_PARTY_LICENSES'), 'utf8') === notices(join(root, 'dist'))) return;
  throw new Error('THIRD_PARTY_LICENSES is not what was bundled: run `pnpm --dir packages/client record`');
}

function checkManifest({ installed, manifest }) {
  for (const file of ['README.md', 'LICENSE', 'THIRD_PARTY_LICENSES']) statSync(join(installed, file));
  for (const key of ['dependencies', 'devDependencies', 'scripts']) {
    if (manifest[key] !== undefined) throw new Error(`the published manifest has ${key}`);
  }
  const code = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  for (const file of code) {
    const isMapped = readFileSync(join(installed, file), 'utf8').includes(
      `sourceMappingURL=${basename(file)}.map`,
    );
    // An entry that only passes names on has nothing to map.
    if (isMapped) statSync(join(installed, `${file}.map`));
    else if (statSync(join(installed, file)).size > 1_000) throw new Error(`${file} has no source map`);
  }
}

/** In the workspace the types of tRPC are the adapter's own; here they are those in the package. */
function checkRecipe(project) {
  const folder = project.addRecipe();
  for (const compiler of Object.keys(COMPILERS)) {
    const errors = project.compile(compiler, 'bundler', folder);
    if (errors.length > 0) throw new Error(`the recipe, ${compiler}:\n${errors.join('\n')}`);
  }
  console.log('the recipe for TanStack Query compiles');
}

/** The proof that the types are looked at: with `any` in place of the calls nearly every line of the check fails. */
function checkThatItCanFail(project) {
  const declarations = join(project.installed, 'dist/internal/client.d.ts');
  const text = readFileSync(declarations, 'utf8');
  const broken = text.replace('readonly trpc: ParleyCalls;', 'readonly trpc: any;');
  if (broken === text) throw new Error('there is no `readonly trpc` to break');
  writeFileSync(declarations, broken);
  const errors = project.compile('TypeScript 7', 'bundler').length;
  if (errors < 30) throw new Error(`with untyped calls only ${errors} errors appear`);
  console.log(`control: with untyped calls ${errors} errors appear`);
}
