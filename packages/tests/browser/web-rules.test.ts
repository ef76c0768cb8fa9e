// What the sample app decides without a browser: pure functions of its own.
import type { ConversationListItem, Message, ParticipantView } from '@parley/client';
import { describe, expect, it } from 'vitest';

import { linkParts, webAddress } from '../../../apps/web/src/lib/links.ts';
import { amountText, parseAmount } from '../../../apps/web/src/lib/money.ts';
import { clockTime, timeLeft } from '../../../apps/web/src/lib/time.ts';
import { draftOf, forgetDrafts, keepDraft } from '../../../apps/web/src/room/drafts.ts';
import { talkName, typingText } from '../../../apps/web/src/talks/names.ts';
import { preview } from '../../../apps/web/src/talks/preview.ts';
import { minute, posted, user } from './testing/web-messages.ts';

describe('a link', () => {
  it('is made of http and https alone', () => {
    const text = 'javascript:alert(1) data:text/html,x https://a.test/b(c). (http://d.test)';
    expect(linkParts(text).flatMap(({ href }) => href ?? [])).toEqual([
      'https://a.test/b(c)',
      'http://d.test/',
    ]);
    expect(linkParts(text).map((part) => part.text)).toHaveLength(5);
    expect(
      linkParts(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
    expect(webAddress('JAVASCRIPT:alert(1)')).toBeNull();
    expect(webAddress('upload-1')).toBeNull();
  });
});

describe('an amount', () => {
  it('is read in the minor units of its currency, and written back', () => {
    expect(parseAmount('180.50', 'EUR')).toBe(18_050);
    expect(parseAmount('1 180,5', 'EUR')).toBe(118_050);
    expect(parseAmount('1500', 'JPY')).toBe(1_500);
    expect(amountText(18_050, 'EUR')).toBe('180.50');
    expect(amountText(1_500, 'JPY')).toBe('1500');
  });

  it('is refused where it is finer than the currency, or no number', () => {
    for (const text of ['1.005', '1,000', '-1', '1e3', 'ten', '.5', '1.']) {
      expect(parseAmount(text, 'EUR')).toBeNull();
    }
    expect(parseAmount('1.5', 'JPY')).toBeNull();
    expect(parseAmount('9'.repeat(20), 'EUR')).toBeNull();
  });
});

describe('a time', () => {
  it('has no zero before the hour where it says AM or PM', () => {
    expect(clockTime(new Date(2027, 2, 12, 9, 5))).toMatch(/^(9:05\s?AM|09:05|9:05)$/i);
  });

  it('that is left is told in its two largest units', () => {
    expect(timeLeft(2 * 86_400_000 + 4 * 3_600_000)).toBe('2 d 4 h');
    expect(timeLeft(3 * 3_600_000 + 5 * 60_000)).toBe('3 h 05 min');
    expect(timeLeft(249_000)).toBe('4:09');
    expect(timeLeft(-1)).toBe('0:00');
  });
});

describe('a draft', () => {
  it('is kept by talk, in the newest 50 of them, until one signs out', () => {
    for (let talk = 0; talk <= 50; talk += 1) keepDraft(`talk-${talk}`, `Draft ${talk}`);
    expect([draftOf('talk-0'), draftOf('talk-1'), draftOf('talk-50')]).toEqual(['', 'Draft 1', 'Draft 50']);
    keepDraft('talk-1', '');
    expect(draftOf('talk-1')).toBe('');
    forgetDrafts();
    expect(draftOf('talk-50')).toBe('');
  });
});

describe('a line of the list', () => {
  const person = (id: string): ParticipantView => ({
    user: user(id),
    role: 'member',
    readSeq: 0,
    readAt: null,
    deliveredSeq: 0,
    online: false,
    isMe: false,
    typing: false,
    lastSeenAt: null,
  });
  const talk = (lastMessage: Message | null): ConversationListItem => ({
    id: 'talk',
    kind: 'group',
    title: null,
    subject: null,
    headSeq: 1,
    createdAt: minute(0),
    activityAt: minute(0),
    participants: ['ana', 'ben', 'cem'].map(person),
    lastMessage,
    unreadCount: 0,
    typing: [],
  });

  it('says who wrote last, what, and that it was deleted', () => {
    expect(preview(talk(null), 'ana')).toBe('No messages yet');
    expect(preview(talk(posted(1)), 'ana')).toBe('ben: Text 1');
    expect(preview(talk(posted(1)), 'ben')).toBe('You: Text 1');
    expect(preview(talk(posted(1, { content: '', deletedAt: minute(2) })), 'ben')).toBe(
      'You: Message deleted',
    );
    expect(preview(talk(posted(1, { content: '' })), 'ana')).toBe('ben: Attachment');
    const byOneWhoLeft = posted(1, { userId: 'dora', user: user('dora') });
    expect(preview(talk(byOneWhoLeft), 'ana')).toBe('dora: Text 1');
  });

  it('is named after the others, and tells who of them is typing', () => {
    expect(talkName(talk(null), 'ana')).toBe('ben, cem');
    expect(typingText([user('ben')])).toBe('ben is typing');
    expect(typingText([user('ben'), user('cem')])).toBe('ben and cem are typing');
    expect(typingText(['a', 'b', 'c'].map(user))).toBe('3 people are typing');
  });
});
