import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @returns where a command is, of the directories on PATH the first that has it */
export const onPath = (command: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((directory) => join(directory, command))
    .find(existsSync);
