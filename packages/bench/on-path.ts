import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { searchPath } from '../tests/harness/search-path.ts';

/** @returns where a command is, of the directories on PATH the first that has it */
export const onPath = (command: string): string | undefined =>
  searchPath()
    .map((directory) => join(directory, command))
    .find(existsSync);
