import { describe, expect, it } from 'vitest';

import { formatMoment, parseMoment } from './moments.ts';

const now = new Date('2026-11-23T10:31:00Z');

describe('a moment', () => {
  it.each([
    ['30m', '2026-11-23T11:01:00.000Z'],
    ['2h', '2026-11-23T12:31:00.000Z'],
    ['3d', '2026-11-26T10:31:00.000Z'],
    ['1w', '2026-11-30T10:31:00.000Z'],
    ['2030-01-31T18:00Z', '2030-01-31T18:00:00.000Z'],
    ['2030-01-31T18:00+02:00', '2030-01-31T16:00:00.000Z'],
  ])('is read from %s', (text, iso) => {
    expect(parseMoment(text, now)?.toISOString()).toBe(iso);
  });

  it.each(['', 'tomorrow', '2', 'h', '2x', '2030', '2030-13-01', '-2h'])('is not %j', (text) => {
    expect(parseMoment(text, now)).toBeUndefined();
  });

  it('is told as shortly as it can be', () => {
    const tell = (iso: string) => formatMoment(new Date(iso), now, 'UTC');
    expect(tell('2026-11-23T09:05:00Z')).toBe('09:05');
    expect(tell('2026-11-21T09:05:00Z')).toBe('21 Nov 09:05');
    expect(tell('2025-11-23T09:05:00Z')).toBe('23 Nov 2025 09:05');
  });
});
