import { describe, expect, it } from 'vitest';

import { decodeCursor, decodePlace, encodeCursor } from './cursor.ts';

const refused = expect.objectContaining({ reason: 'invalid_cursor' }) as Error;

describe('a cursor', () => {
  it('gives back what it was made of, as text', () => {
    expect(decodeCursor(encodeCursor('a', 7), 2)).toEqual(['a', '7']);
  });

  it.each([
    'x',
    '',
    encodeCursor(),
    encodeCursor('a'),
    encodeCursor('a', 'b', 'c'),
    encodeCursor('a', '\0'),
    Buffer.from('{"length":2}').toString('base64url'),
    Buffer.from('[null,{}]').toString('base64url'),
  ])('is refused where it is not one: %j', (cursor) => {
    expect(() => decodeCursor(cursor, 2)).toThrow(refused);
  });

  it('of a place gives back the time and the id', () => {
    const at = new Date('2026-11-23T08:00:00.123Z');
    expect(decodePlace(encodeCursor(at.toISOString(), 'a'))).toEqual({ at, id: 'a' });
  });

  it.each([
    'tomorrow',
    '5',
    '2026-11-23',
    '2026-13-01T00:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '-000001-01-01T00:00:00.000Z',
    '-271821-04-20T00:00:00.000Z',
    '+275760-09-13T00:00:00.000Z',
  ])('of a place is refused with the time %s', (time) => {
    expect(() => decodePlace(encodeCursor(time, 'a'))).toThrow(refused);
  });
});
