import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { instant, text } from './schema.ts';
import { accepts } from './testing/accepts.ts';

const loneSurrogate = fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code));
const broken = fc
  .tuple(
    fc.string({ unit: 'grapheme' }),
    fc.oneof(fc.constant('\0'), loneSurrogate),
    fc.string({ unit: 'grapheme-ascii' }),
  )
  .map((parts) => parts.join(''));

describe('text', () => {
  it('takes whatever a database can store, and gives it back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        expect(text(1, 100_000).parse(value)).toBe(value);
      }),
    );
  });

  it('refuses NUL and half a surrogate pair anywhere', () => {
    fc.assert(fc.property(broken, (value) => !accepts(text(0, 100_000), value)));
  });

  it('counts code points', () => {
    expect(accepts(text(2, 2), '😀😀')).toBe(true);
    expect(accepts(text(2, 2), '😀')).toBe(false);
    expect(accepts(text(2, 2), '😀😀😀')).toBe(false);
  });
});

describe('an instant', () => {
  it('is read from ISO 8601, with any offset, as the same point in time', () => {
    const from = {
      min: new Date('1970-01-01T00:00:00Z'),
      max: new Date('9998-12-31T00:00:00Z'),
      noInvalidDate: true,
    };
    fc.assert(
      fc.property(fc.date(from), fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, offset) => {
        expect(instant.parse(date.toISOString())).toEqual(date);
        expect(instant.parse(withOffset(date, offset))).toEqual(date);
        expect(instant.parse(date)).toEqual(date);
      }),
    );
  });

  it.each([
    'tomorrow',
    '2026-11-23',
    '2026-11-23T10:00:00',
    '2026-02-30T10:00:00Z',
    '2026-11-23T25:00:00Z',
    '',
    1_795_000_000_000,
    null,
    new Date(Number.NaN),
  ])('is not %s', (value) => {
    expect(accepts(instant, value)).toBe(false);
  });
});

/** The same point in time as a clock `minutes` ahead of UTC shows it. */
function withOffset(date: Date, minutes: number): string {
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const two = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, '0');
  return `${local}${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
