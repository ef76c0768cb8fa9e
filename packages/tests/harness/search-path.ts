import { delimiter } from 'node:path';

/** The directories in which this process looks for a command, in their order. */
export const searchPath = (): string[] => (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
