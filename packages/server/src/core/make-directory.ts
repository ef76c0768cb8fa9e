import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory, for this user alone, and what is missing above it. The `recursive` of Node.js never ends where a
 * directory is there and nothing can be made in it because "there is no such entry", as in `/proc`.
 *
 * @throws the system's error.
 */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (isDirectory(path)) return;
    const parent = dirname(path);
    const isParentMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' && parent !== path;
    if (!isParentMissing || isDirectory(parent)) throw error;
    makeDirectory(parent);
    makeDirectory(path);
  }
}

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
