/** Readers of options: what cannot be read is wrong usage. */
import { InvalidArgumentError, Option } from 'commander';

import { parseMoment } from './moments.ts';

export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0) throw new InvalidArgumentError('Give a number above 0.');
  return value;
}

export function countingNumber(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('Give 1 or more.');
  return value;
}

export function moment(text: string): Date {
  const at = parseMoment(text, new Date());
  if (at === undefined) throw new InvalidArgumentError('Give a time such as 2h, 3d or 2030-01-31T18:00Z.');
  return at;
}

/** Items of a comma list. */
export function list(text: string): ReadonlySet<string> {
  return new Set(text.split(',').map((item) => item.trim()));
}

/** `--limit` and `--cursor` of a list. */
export const PAGE_OPTIONS = [
  new Option('--limit <count>', 'at most so many, 1 to 100').argParser(countingNumber),
  new Option('--cursor <cursor>', 'go on where the page before ended'),
] as const;

export interface PageOptions {
  limit?: number;
  cursor?: string;
}

/** What a list says to people of a page that is not the last one. */
export function moreNote(nextCursor: string | null): string | undefined {
  return nextCursor === null ? undefined : `There is more: --cursor ${nextCursor}`;
}
