import { describe, expect, it } from 'vitest';

import { check } from './checker/check.ts';
import { table, verdict } from './report.ts';
import { tell } from './testing/plant.ts';

const AGAIN = 'pnpm chaos --seconds 60 --seed 7 --nodes 3';

describe('a report', () => {
  it('tells what became of what nobody was sure of, and whose outage was the longest', () => {
    const { tally } = check(tell());
    const longest = { ms: 2345, device: 'ben/phone' };
    const lines = table({ ...tally, longest }).split('\n');
    expect(lines).toContainEqual(expect.stringMatching(/^attempts with an unknown outcome +1$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}messages that turned out to be sent +1$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}messages that turned out not to be +0$/));
    expect(lines.at(-1)).toMatch(/^longest outage seen by a client +2\.3 s \(ben's phone\)$/);
  });

  it('ends with a verdict, and with the way to a failure', () => {
    expect(verdict([], AGAIN)).toBe('Nothing was lost, doubled, out of order or otherwise wrong.');
    const wrong = { harm: 'lost', what: 'message 1', evidence: [] } as const;
    expect(verdict([wrong, wrong], AGAIN)).toBe(`FAILED: 2 violations. The same faults again: ${AGAIN}`);
    expect(verdict([wrong], AGAIN)).toContain('FAILED: 1 violation. ');
  });
});
