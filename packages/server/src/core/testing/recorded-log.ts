import { pino } from 'pino';

import type { Logger } from '../logger.ts';

/** A log that a test can read: every level, one JSON text a line. */
export function recordedLog(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  return { lines, log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }) };
}
