/** A fault is no reason to answer that something went wrong inside: what may be tried again says so. */
import type { Ledger } from './ledger.ts';
import type { Violation } from './violation.ts';

export function checkAnswers(ledger: Ledger): Violation[] {
  const calls = ledger.calls.flatMap(({ begun, operation, ended }): Violation[] => {
    if (ended?.outcome.status !== 'refused' || ended.outcome.reason !== 'internal') return [];
    const what = `${ledger.nameOf(begun.userId)} was answered \`internal\` to ${operation.type}`;
    return [{ harm: 'wrong', what, evidence: [begun, ended] }];
  });
  const readers = ledger.entries.flatMap((entry): Violation[] => {
    if (entry.kind !== 'interrupted' || entry.reason !== 'internal') return [];
    return [{ harm: 'wrong', what: `${entry.reader} was ended with \`internal\``, evidence: [entry] }];
  });
  return [...calls, ...readers];
}
