// Packs the client as it would be published, installs the tarball in an outside project that has nothing else, and there
// type-checks right and wrong use under both kinds of module resolution, and runs it. Reaches no registry.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const work = realpathSync(mkdtempSync(join(tmpdir(), 'parley-client-')));
const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}` };
const shell = process.platform === 'win32';

const run = (command, args, cwd = root) =>
  execFileSync(command, args, { cwd, env, shell, stdio: ['ignore', 'inherit', 'inherit'] });

/** What declarations and code may never name: what the server is made of, and what a consumer would have to install. */
const FORBIDDEN = [
  '@parley/',
  '@prisma/',
  '@trpc/',
  'zod',
  'ws',
  'node:',
  'superjson',
  'fastify',
  'pino',
  'prom-client',
];

try {
  run('pnpm', ['pack', '--pack-destination', work]);
  const tarball = join(
    work,
    readdirSync(work).find((file) => file.endsWith('.tgz')),
  );
  run('publint', ['run', tarball, '--strict']);
  run('attw', [tarball, '--profile', 'esm-only', '--exclude-entrypoints', './internal/*']);

  const installed = join(work, 'node_modules/@parley/client');
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  checkManifest(installed);
  checkLeaks(join(installed, 'dist'));
  console.log(
    `${readdirSync(installed).toSorted().join(' ')}: ${Math.round(sizeOf(installed) / 1_024)} KB installed`,
  );

  cpSync(join(root, 'consumer'), join(work, 'src'), { recursive: true });
  writeFileSync(join(work, 'package.json'), '{"type":"module"}');
  for (const [module, moduleResolution] of [
    ['esnext', 'bundler'],
    ['nodenext', 'nodenext'],
  ]) {
    project(module, moduleResolution);
    // TypeScript 7, and 6: their checkers are two programs.
    for (const compiler of ['tsc', 'tsc6']) run(compiler, ['-p', work]);
    console.log(`types: right use compiles and wrong use does not, under ${moduleResolution}`);
  }
  checkThatItCanFail(join(installed, 'dist/index.d.ts'));

  cpSync(join(root, 'consumer/run.mjs'), join(work, 'run.mjs'));
  run(process.execPath, ['run.mjs'], work);
  console.log('runs: imported and required from an outside project');
} finally {
  rmSync(work, { recursive: true, force: true });
}

function project(module, moduleResolution) {
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
    module,
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    // Emitting declarations proves that inferred types can be named.
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: 'src',
    outDir: `out-${moduleResolution}`,
  };
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
}

/** Links what the manifest declares from this workspace; at present nothing. */
function checkManifest(installed) {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const to = join(work, 'node_modules', name);
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(realpathSync(join(root, 'node_modules', name)), to, 'junction');
  }
  for (const file of ['README.md', 'LICENSE', 'THIRD_PARTY_LICENSES']) statSync(join(installed, file));
  for (const key of ['devDependencies', 'scripts']) {
    if (manifest[key] !== undefined) throw new Error(`the published manifest has ${key}`);
  }
}

function checkLeaks(dist) {
  const leaks = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(d\.ts|js)$/.test(file))
    .flatMap((file) => leaksOf(readFileSync(join(dist, file), 'utf8')).map((leak) => `${file}: ${leak}`));
  if (leaks.length > 0)
    throw new Error(`the published files name what a consumer does not have:\n${leaks.join('\n')}`);
  for (const name of FORBIDDEN) {
    const planted = [
      `import { X } from '${name}x';`,
      `export type X = import("${name}x").X;`,
      `/// <reference types="${name}" />`,
    ];
    for (const text of planted) {
      if (leaksOf(text).length !== 1) throw new Error(`the check for leaks does not see ${text}`);
    }
  }
}

/** Every package that a file names: the client needs none. */
function leaksOf(text) {
  // Comments may show how the client itself is used.
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const names = /\b(?:from|import|require)\s*\(?\s*['"]([^'".][^'"]*)['"]|<reference\s+\w+=['"]([^'"]+)['"]/g;
  return [...code.matchAll(names)].map(([, module, reference]) => module ?? reference);
}

/** The proof that the types are looked at: with `any` in place of the calls nearly every line of the check fails. */
function checkThatItCanFail(declarations) {
  const text = readFileSync(declarations, 'utf8');
  const broken = text.replace('readonly trpc: ParleyCalls;', 'readonly trpc: any;');
  if (broken === text) throw new Error('there is no `readonly trpc` to break');
  writeFileSync(declarations, broken);
  const { status, stdout } = spawnSync('tsc', ['-p', work], { env, shell, encoding: 'utf8' });
  writeFileSync(declarations, text);
  const errors = stdout.match(/error TS\d+/g)?.length ?? 0;
  if (status === 0 || errors < 30) throw new Error(`with untyped calls only ${errors} errors appear`);
  console.log(`control: with untyped calls ${errors} errors appear`);
}

function sizeOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => statSync(join(folder, file)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
