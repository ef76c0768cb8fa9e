// Whether anything has changed since the last build, by names, sizes and times of change: as far as that says no, whoever
// starts the server need not wait for the tool that reads every file. Anything else is for that tool to find out.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Of the root: folders with all that is in them, and the files beside them that say how to build. */
const FOLDERS = ['packages', 'apps', 'prisma'];
const FILES = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'turbo.json', 'tsconfig.base.json'];
/** What is written by running, testing and checking. */
const PASSED_OVER = /^(?:node_modules|\..*|.*\.tsbuildinfo|.*\.log)$/;
/** Folders that a build writes. */
const MADE = new Set(['dist', 'generated']);

export class BuildStamp {
  #root;
  #file;
  /** What the build that may follow begins with: a change while it runs is newer than what it makes. */
  #sources;

  constructor(root) {
    this.#root = root;
    this.#file = join(root, 'node_modules/.cache/parley/build');
  }

  /** Whether all is as it was after the last build. */
  isFresh() {
    try {
      this.#sources = this.#read({ made: false });
      return readFileSync(this.#file, 'utf8') === this.#sources + this.#read({ made: true });
    } catch {
      return false;
    }
  }

  /** After a build that {@link isFresh} has asked for. */
  write() {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, this.#sources + this.#read({ made: true }));
  }

  /** A hash of the files that a build has made, or of all others. */
  #read({ made }) {
    const hash = createHash('sha1').update(process.version);
    const add = (path) => {
      const { size, mtimeMs } = statSync(join(this.#root, path));
      hash.update(`${path} ${size} ${mtimeMs}\n`);
    };
    const walk = (folder, isMade) => {
      for (const entry of readdirSync(join(this.#root, folder), { withFileTypes: true })) {
        const path = `${folder}/${entry.name}`;
        if (PASSED_OVER.test(entry.name)) continue;
        if (entry.isDirectory()) walk(path, isMade || MADE.has(entry.name));
        else if (isMade === made) add(path);
      }
    };
    for (const name of FOLDERS) walk(name, false);
    if (!made) for (const name of FILES) add(name);
    return hash.digest('hex');
  }
}
