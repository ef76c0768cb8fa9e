import { describe, expect, it } from 'vitest';

import { count, milliseconds, percent, table } from './table.ts';

describe('a table', () => {
  it('is aligned, with its figures to the right', () => {
    expect(
      table(
        ['who', 'lost'],
        [
          ['one', '1'],
          ['another', '12'],
        ],
      ),
    ).toBe(
      ['| who     | lost |', '| ------- | ---: |', '| one     |    1 |', '| another |   12 |'].join('\n'),
    );
  });

  it('calls nothing less than a whole 100.000 %', () => {
    expect(percent(120_000, 120_000)).toBe('100.000 %');
    expect(percent(9_999_999, 10_000_000)).toBe('99.999 %');
    expect(percent(0, 10)).toBe('0.000 %');
  });

  it('writes figures for readers', () => {
    expect([milliseconds(undefined), milliseconds(3.44), milliseconds(123.4)]).toEqual([
      '–',
      '3.4 ms',
      '123 ms',
    ]);
    expect(count(1_234_567)).toBe('1 234 567');
  });
});
