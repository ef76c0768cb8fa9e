// A project outside of the workspace that has the packed client, what its manifest asks for, and nothing else.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Each name of a compiler and the file that runs it. */
export const COMPILERS = {
  'TypeScript 7': 'typescript/bin/tsc',
  'TypeScript 6': '@typescript/typescript6/bin/tsc6',
  'TypeScript 5.9': 'typescript-5/bin/tsc',
};
const RESOLUTIONS = { bundler: 'esnext', nodenext: 'nodenext' };
/** What a project with each version of React has, and where the workspace keeps it. */
const REACTS = {
  19: { react: 'react', 'react-dom': 'react-dom', '@types/react': '@types/react' },
  18: { react: 'react-18', 'react-dom': 'react-dom-18', '@types/react': '@types/react-18' },
};

const RECIPE = ['@tanstack/react-query', '@trpc/client', '@trpc/server', '@trpc/tanstack-react-query'];

export class OutsideProject {
  #root;
  #work;

  /**
   * @param {string} root of the package in the workspace
   * @param {string} work an empty folder outside of it
   * @param {string} tarball
   */
  constructor(root, work, tarball) {
    this.#root = root;
    this.#work = work;
    mkdirSync(this.installed, { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '-C', this.installed, '--strip-components=1']);
    writeFileSync(join(work, 'package.json'), '{"type":"module"}');
    cpSync(join(root, 'consumer'), join(work, 'src'), { recursive: true });
    cpSync(join(root, 'consumer/run.mjs'), join(work, 'run.mjs'));
  }

  get installed() {
    return join(this.#work, 'node_modules/@parley/client');
  }

  get manifest() {
    return JSON.parse(readFileSync(join(this.installed, 'package.json'), 'utf8'));
  }

  /** @param {18 | 19} version */
  useReact(version) {
    for (const [name, kept] of Object.entries(REACTS[version])) this.#link(name, kept);
  }

  /**
   * What the recipe for TanStack Query has its reader install, and its code.
   *
   * @returns {string} the folder
   */
  addRecipe() {
    for (const name of RECIPE) this.#link(name, name);
    cpSync(join(this.#root, '../tests/sdk/recipes'), join(this.#work, 'recipe'), { recursive: true });
    return 'recipe';
  }

  /**
   * Compiles `src`, or another folder, and emits its declarations, which proves that inferred types can be named.
   *
   * @param {keyof typeof COMPILERS} compiler
   * @param {keyof typeof RESOLUTIONS} moduleResolution
   * @param {string} [folder]
   * @returns {string[]} the errors
   */
  compile(compiler, moduleResolution, folder = 'src') {
    const compilerOptions = {
      target: 'es2022',
      // The recipe's own imports need more.
      lib: [...(folder === 'src' ? ['es2022'] : ['es2023', 'esnext.disposable']), 'dom', 'dom.iterable'],
      types: [],
      jsx: 'react-jsx',
      module: RESOLUTIONS[moduleResolution],
      moduleResolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      declaration: true,
      emitDeclarationOnly: true,
      allowImportingTsExtensions: true,
      rootDir: folder,
      outDir: 'out',
    };
    writeFileSync(join(this.#work, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: [folder] }));
    const bin = join(this.#root, 'node_modules', COMPILERS[compiler]);
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, '-p', this.#work], {
      encoding: 'utf8',
    });
    const errors = stdout.split('\n').filter((line) => line.includes('error TS'));
    if (status !== 0 && errors.length === 0) throw new Error(stdout + stderr);
    return errors;
  }

  /** Runs `run.mjs`. */
  run() {
    execFileSync(process.execPath, ['run.mjs'], { cwd: this.#work, stdio: 'inherit' });
  }

  #link(name, kept) {
    const to = join(this.#work, 'node_modules', name);
    rmSync(to, { force: true });
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(realpathSync(join(this.#root, 'node_modules', kept)), to, 'junction');
  }
}
