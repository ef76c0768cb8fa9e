import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { LIMITS } from './limits.ts';
import { instant, text } from './schema.ts';
import {
  ClientId,
  CreateConversation,
  CreateOffer,
  GetPresence,
  Id,
  LastEventId,
  ListMessages,
  Login,
  Register,
  SendMessage,
  Seq,
  UpdateOffer,
} from './schemas.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

const anyString = fc.string({ unit: 'binary', maxLength: 40 });
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

describe('a list of messages', () => {
  it.each([
    [{}, true],
    [{ fromId: 'm' }, true],
    [{ fromSeq: 0, direction: 'newer' }, true],
    [{ fromSeq: -1 }, false],
    [{ fromId: 'm', fromSeq: 1 }, false],
    [{ fromId: 'm', cursor: 'c' }, false],
    [{ fromSeq: 1, cursor: 'c' }, false],
  ])('begins at one place: %j is right: %s', (place, right) => {
    expect(accepts(ListMessages, { conversationId: 'c', ...place })).toBe(right);
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

describe('a message', () => {
  const send = (fields: object) => SendMessage.safeParse({ conversationId: 'c', content: 'x', ...fields });

  it('is as long as the limit, and says why when it is longer', () => {
    expect(send({ content: 'x'.repeat(LIMITS.messageLength) }).success).toBe(true);
    expect(send({ content: '😀'.repeat(LIMITS.messageLength) }).success).toBe(true);
    for (const character of ['x', '😀']) {
      const refused = send({ content: character.repeat(LIMITS.messageLength + 1) });
      expect(refused.error?.issues).toMatchObject([
        { path: ['content'], params: { reason: 'message_too_long' } },
      ]);
    }
  });

  it('needs content or an attachment', () => {
    expect(send({ content: '' }).success).toBe(false);
    expect(send({ content: '', attachments: ['https://pictures.example/1.png'] }).success).toBe(true);
  });

  it('has a bounded number of attachments of a bounded length', () => {
    const link = (length: number) => 'https://x.example/'.padEnd(length, 'x');
    expect(send({ attachments: Array(LIMITS.attachments).fill(link(LIMITS.attachmentLength)) }).success).toBe(
      true,
    );
    expect(send({ attachments: Array(LIMITS.attachments + 1).fill(link(20)) }).success).toBe(false);
    expect(send({ attachments: [link(LIMITS.attachmentLength + 1)] }).success).toBe(false);
  });

  it.each([
    'https://x.example/a?b=c#d',
    'http://x.example',
    'HTTPS://x.example',
    '0193f7a2-upload-id',
    '/files/1.png',
  ])('may attach %s', (attachment) => {
    expect(send({ attachments: [attachment] }).success).toBe(true);
  });

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\tscript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'ftp://x.example',
  ])('may not attach %j', (attachment) => {
    expect(send({ attachments: [attachment] }).success).toBe(false);
  });

  it('attaches nothing that a browser would run', () => {
    const noise = fc.string({
      unit: fc.constantFrom(' ', '\t', '\n', '\r', '\f', '\u0000', '\u0001', '\u001F'),
      maxLength: 3,
    });
    const disguised = fc
      .tuple(
        fc.constantFrom('javascript', 'JAVASCRIPT', 'data', 'vbscript'),
        fc.array(noise, { minLength: 11, maxLength: 11 }),
      )
      .map(
        ([scheme, noises]) =>
          `${noises[0] ?? ''}${Array.from(scheme)
            .map((c, at) => c + (noises[at + 1] ?? ''))
            .join('')}:x`,
      );
    fc.assert(fc.property(disguised, (attachment) => !send({ attachments: [attachment] }).success));
  });
});

describe('an offer', () => {
  const offer = (fields: object) =>
    accepts(CreateOffer, { conversationId: 'c', title: 't', terms: 't', ...fields });

  it('has an amount with its currency, or neither', () => {
    expect(offer({})).toBe(true);
    expect(offer({ amount: 1250, currency: 'EUR' })).toBe(true);
    expect(offer({ amount: 1250 })).toBe(false);
    expect(offer({ currency: 'EUR' })).toBe(false);
  });

  it.each(['eur', 'EURO', 'XXY', '', 'US$'])('does not take "%s" for a currency', (currency) => {
    expect(offer({ amount: 1, currency })).toBe(false);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'does not take %s for an amount',
    (amount) => {
      expect(offer({ amount, currency: 'EUR' })).toBe(false);
    },
  );

  it('is countered with terms, and turned into nothing that only the clock may', () => {
    const update = (fields: object) => accepts(UpdateOffer, { conversationId: 'c', offerId: 'o', ...fields });
    expect(update({ status: 'countered', counter: { terms: 'more' } })).toBe(true);
    expect(update({ status: 'countered' })).toBe(false);
    expect(update({ status: 'expired' })).toBe(false);
    expect(update({ status: 'pending' })).toBe(false);
  });
});

describe('a list', () => {
  it('has pages of 1 to 100, 50 unless told', () => {
    expect(ListMessages.parse({ conversationId: 'c' })).toMatchObject({ limit: 50, direction: 'older' });
    for (const limit of [1, 100]) expect(accepts(ListMessages, { conversationId: 'c', limit })).toBe(true);
    for (const limit of [0, 101, 1.5, '5'])
      expect(accepts(ListMessages, { conversationId: 'c', limit })).toBe(false);
  });

  it('of messages goes where an infinite query of tRPC says', () => {
    const direction = (said: string) =>
      ListMessages.parse({ conversationId: 'c', direction: said }).direction;
    expect(['older', 'forward', 'newer', 'backward'].map(direction)).toEqual([
      'older',
      'older',
      'newer',
      'newer',
    ]);
    expect(accepts(ListMessages, { conversationId: 'c', direction: 'up' })).toBe(false);
  });

  it('of people is bounded', () => {
    const people = (length: number) => Array.from({ length }, (_, at) => `u${at}`);
    expect(accepts(GetPresence, { userIds: people(LIMITS.presenceUserIds) })).toBe(true);
    expect(accepts(GetPresence, { userIds: people(LIMITS.presenceUserIds + 1) })).toBe(false);
    expect(accepts(CreateConversation, { participantIds: people(LIMITS.participants + 1) })).toBe(false);
    expect(accepts(CreateConversation, { participantIds: [] })).toBe(false);
  });
});

describe('an account', () => {
  it('has one spelling of its email', () => {
    expect(Login.parse({ email: 'Ana@Parley.Test', password: 'x' }).email).toBe('ana@parley.test');
  });

  it.each([
    { password: 'x'.repeat(LIMITS.passwordMinLength - 1) },
    { password: 'x'.repeat(LIMITS.passwordMaxLength + 1) },
    { password: 'long enough\0' },
    { username: 'a b' },
    { username: '.ana' },
    { username: 'a' },
    { email: 'ana' },
    { email: `${'a'.repeat(250)}@x.test` },
    { displayName: '' },
  ])('is not made with %j', (fields) => {
    const account = { email: 'ana@parley.test', username: 'ana', password: 'long enough' };
    expect(accepts(Register, account)).toBe(true);
    expect(accepts(Register, { ...account, ...fields })).toBe(false);
  });
});

/** The same point in time as a clock `minutes` ahead of UTC shows it. */
function withOffset(date: Date, minutes: number): string {
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const two = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, '0');
  return `${local}${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
