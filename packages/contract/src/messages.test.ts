import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { LIMITS } from './limits.ts';
import { ListMessages, SendMessage } from './messages.ts';
import { accepts } from './testing/accepts.ts';

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

  it('goes where an infinite query of tRPC says', () => {
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
});
