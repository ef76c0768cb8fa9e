import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ClientId, Id, LastEventId, Seq } from './ids.ts';
import { LIMITS } from './limits.ts';
import { accepts } from './testing/accepts.ts';

const anyString = fc.string({ unit: 'binary', maxLength: 40 });

describe('an id', () => {
  it('has no spaces, no control characters and no halves of pairs', () => {
    fc.assert(
      fc.property(anyString, (value) => {
        const clean = value.length > 0 && !/[\p{C}\p{Z}]/u.test(value);
        expect(accepts(Id, value)).toBe(clean && value.length <= LIMITS.idLength);
      }),
    );
  });

  it.each([Id, ClientId])('is bounded', (schema) => {
    expect(accepts(schema, 'x'.repeat(64))).toBe(true);
    expect(accepts(schema, 'x'.repeat(65))).toBe(false);
    expect(accepts(schema, '')).toBe(false);
  });
});

describe('a position', () => {
  it('is any seq, written in one way', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (seq) => {
        expect(accepts(Seq, seq)).toBe(true);
        expect(accepts(LastEventId, String(seq))).toBe(true);
        expect(accepts(LastEventId, `0${seq}`)).toBe(false);
      }),
    );
  });

  it.each(['', '-1', '1.5', '1e3', ' 1', '9007199254740992', '99999999999999999999', 'x'])(
    'is not "%s"',
    (value) => {
      expect(accepts(LastEventId, value)).toBe(false);
    },
  );
});
