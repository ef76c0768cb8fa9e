import { describe, expect, it } from 'vitest';

import { excerpt, json, plain, plainLines } from './plain.ts';

describe('text of others', () => {
  it('cannot command the terminal', () => {
    expect(plain('\u001B[31mred\u001B]0;title\u0007 \u009B2J \u007F \u0008')).toBe(
      '␛[31mred␛]0;title␇ \uFFFD2J ␡ ␈',
    );
  });

  it('cannot turn the line around', () => {
    expect(plain('safe \u202Etxt.exe\u202C \u2067abc\u2069')).toBe('safe txt.exe abc');
  });

  it('keeps letters of every script, and emoji', () => {
    const text = 'Aydın, שלום, 日本, 👩‍🍳';
    expect(plain(text)).toBe(text);
  });

  it('has one line, or as many as were written', () => {
    expect(plain('one\r\ntwo\rthree\u2028four\n')).toBe('one two three four ');
    expect(plainLines('a\n\n\tb')).toEqual(['a', '', '  b']);
  });

  it('is cut by characters', () => {
    expect(excerpt('👍👍👍', 3)).toBe('👍👍👍');
    expect(excerpt('👍👍👍👍', 3)).toBe('👍👍…');
  });
});

describe('a line of JSON', () => {
  it('is one line without control characters, and reads back the same', () => {
    const value = { text: '\u0000\n\u001B[2J\u007F\u009B\u2028\u2029é' };
    expect(json(value)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(JSON.parse(json(value))).toEqual(value);
  });

  it('has dates in ISO 8601', () => {
    expect(json({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  });
});
