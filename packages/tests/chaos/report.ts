/** What a run says at its end: the table, and the shortest part of the history for what is wrong. */
import type { Tally } from './checker/tally.ts';
import type { Violation } from './checker/violation.ts';
import type { Entry } from './history.ts';

/** Violations that are shown whole; the others are counted. */
const SHOWN = 5;
const LINE = 400;

export function table(tally: Tally): string {
  const faults = [...tally.faults].toSorted(([, a], [, b]) => b - a);
  const total = faults.reduce((sum, [, count]) => sum + count, 0);
  const rows: [string, string][] = [
    ['faults injected', String(total)],
    ...faults.map(([name, count]): [string, string] => [`  ${name}`, String(count)]),
    ['sends acknowledged', String(tally.acknowledged)],
    ['attempts with an unknown outcome', String(tally.unknown)],
    ['  messages that turned out to be sent', String(tally.resolved.sent)],
    ['  messages that turned out not to be', String(tally.resolved.notSent)],
    ['deliveries checked', String(tally.deliveries)],
    ['lost', String(tally.lost)],
    ['doubled', String(tally.doubled)],
    ['out of order', String(tally.outOfOrder)],
    ['otherwise wrong', String(tally.other)],
    [
      'longest outage seen by a client',
      `${(tally.longest.ms / 1000).toFixed(1)} s (${tally.longest.device.replace('/', "'s ")})`,
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** The last line; `again` is the command that brings the same faults. */
export function verdict(violations: readonly Violation[], again: string): string {
  const { length } = violations;
  if (length === 0) return 'Nothing was lost, doubled, out of order or otherwise wrong.';
  return `FAILED: ${length} ${length === 1 ? 'violation' : 'violations'}. The same faults again: ${again}`;
}

export function account(violations: readonly Violation[]): string {
  const shown = violations.slice(0, SHOWN).map(({ harm, what, evidence }) => {
    const lines = evidence.map((entry) => `    ${lineOf(entry)}`);
    return [`  ${harm}: ${what}`, ...lines].join('\n');
  });
  const left = violations.slice(SHOWN).map(({ harm, what }) => `  ${harm}: ${what}`);
  return [
    ...shown,
    ...left.slice(0, 50),
    ...(left.length > 50 ? [`  and ${left.length - 50} more`] : []),
  ].join('\n');
}

function lineOf({ at, kind, ...entry }: Entry): string {
  const text = JSON.stringify(entry);
  return `${(at / 1000).toFixed(3)} s  ${kind}  ${text.length > LINE ? `${text.slice(0, LINE)} …` : text}`;
}
