// What the sample app decides without a browser: pure functions of its own.
import type {
  ConversationListItem,
  Message,
  MessageGap,
  MessageView,
  OfferView,
  ParticipantView,
  UserSummary,
} from '@parley/client';
import { describe, expect, it } from 'vitest';

import { linkParts, webAddress } from '../../../apps/web/src/lib/links.ts';
import { amountText, parseAmount } from '../../../apps/web/src/lib/money.ts';
import { clockTime, timeLeft } from '../../../apps/web/src/lib/time.ts';
import { draftOf, forgetDrafts, keepDraft } from '../../../apps/web/src/room/drafts.ts';
import { buildTimeline, type TimelineInput } from '../../../apps/web/src/room/timeline.ts';
import { talkName, typingText } from '../../../apps/web/src/talks/names.ts';
import { preview } from '../../../apps/web/src/talks/preview.ts';

const START = Date.UTC(2027, 2, 12, 12);
const minute = (count: number) => new Date(START + count * 60_000);
const user = (id: string): UserSummary => ({ id, username: id, displayName: null, avatar: null });

const posted = (seq: number, change: Partial<Message> = {}): Message => ({
  id: `message-${seq}`,
  seq,
  conversationId: 'talk',
  userId: 'ben',
  user: user('ben'),
  content: `Text ${seq}`,
  attachments: [],
  replyToId: null,
  clientId: null,
  createdAt: minute(seq),
  reactions: [],
  editedAt: null,
  deletedAt: null,
  ...change,
});

const message = (seq: number, change: Partial<MessageView> = {}): MessageView => ({
  ...posted(seq),
  key: `message-${seq}`,
  isMine: false,
  delivery: null,
  error: null,
  ...change,
});

const offer = (change: Partial<OfferView> = {}): OfferView =>
  ({
    id: 'offer',
    conversationId: 'talk',
    authorId: 'ben',
    recipientId: 'ana',
    title: 'Bike',
    terms: 'As seen',
    amount: null,
    currency: null,
    status: 'pending',
    version: 1,
    parentOfferId: null,
    expiresAt: null,
    completedBy: [],
    createdAt: minute(0),
    updatedAt: minute(0),
    role: 'observer',
    moves: {},
    pending: null,
    ...change,
  }) as OfferView;

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

describe('the timeline', () => {
  const gap: MessageGap = {
    afterKey: 'message-2',
    isLoading: false,
    error: null,
    load: async () => undefined,
  };
  const build = (input: Partial<TimelineInput>) =>
    buildTimeline({
      messages: [],
      messagesById: new Map(input.messages?.map((one) => [one.id, one])),
      offers: [],
      gap: null,
      hasOlder: true,
      unreadSeq: null,
      ...input,
    });
  const kinds = (input: Partial<TimelineInput>) => build(input).map(({ kind }) => kind);

  it('has messages in their order, offers and what became of them by time, and days between', () => {
    const day = 24 * 60;
    const input = {
      // The clock of the second one was behind.
      messages: [message(1), message(2, { createdAt: minute(0) }), message(day)],
      offers: [offer({ status: 'declined', createdAt: minute(3), updatedAt: minute(day + 1) })],
      hasOlder: false,
    };
    expect(kinds(input)).toEqual([
      'start',
      'day',
      'message',
      'message',
      'offer',
      'day',
      'message',
      'outcome',
    ]);
  });

  it('gives a message the one that it answers, as it is now, where that is loaded', () => {
    const quotes = (messages: readonly MessageView[]) =>
      build({ messages }).flatMap((item) => (item.kind === 'message' ? [item.quoted] : []));
    const asked = message(1);
    const answer = message(2, { replyToId: asked.id });
    const edited = { ...asked, content: 'Other text', editedAt: minute(3) };
    expect(quotes([asked, answer])).toEqual([null, asked]);
    expect(quotes([edited, answer])).toEqual([null, edited]);
    expect(quotes([answer])).toEqual([null]);
  });

  it('does not say that a day begins with the first one while there are others before it', () => {
    const messages = [message(1), message(24 * 60)];
    expect(kinds({ messages })).toEqual(['message', 'day', 'message']);
    expect(kinds({ messages, hasOlder: false })).toEqual(['start', 'day', 'message', 'day', 'message']);
  });

  it('holds back offers that belong before messages that are not loaded', () => {
    expect(kinds({ messages: [message(10)], offers: [offer({ createdAt: minute(5) })] })).toEqual([
      'message',
    ]);
  });

  it('groups what one person writes in a row, up to a pause, a day, an offer or the divider', () => {
    const runs = (input: Partial<TimelineInput>) =>
      build(input).flatMap((item) =>
        item.kind === 'message'
          ? [`${item.isFirst ? '[' : ''}${item.message.seq}${item.isLast ? ']' : ''}`]
          : [],
      );
    const messages = [message(1), message(2), message(3, { userId: 'ana' }), message(4), message(20)];
    expect(runs({ messages })).toEqual(['[1', '2]', '[3]', '[4]', '[20]']);
    expect(runs({ messages: [message(1), message(2)], offers: [offer({ createdAt: minute(1.5) })] })).toEqual(
      ['[1]', '[2]'],
    );
    expect(runs({ messages: [message(1), message(2)], unreadSeq: 2 })).toEqual(['[1', '[2]']);
  });

  it('marks once where the unread ones begin, and where messages are missing', () => {
    const messages = [message(1), message(2), message(30), message(31, { isMine: true }), message(32)];
    expect(kinds({ messages, unreadSeq: 31 })).toEqual([
      ...['message', 'message', 'message', 'message', 'unread', 'message'],
    ]);
    expect(kinds({ messages: messages.slice(0, 3), gap })).toEqual([
      ...['message', 'message', 'gap', 'message'],
    ]);
  });

  it('does not say where the unread ones begin while that is not loaded', () => {
    expect(kinds({ messages: [message(5), message(6)], unreadSeq: 3 })).toEqual(['message', 'message']);
    expect(kinds({ messages: [message(5)], unreadSeq: 3, hasOlder: false })).toEqual([
      ...['start', 'day', 'unread', 'message'],
    ]);
    const messages = [message(1), message(5)];
    expect(kinds({ messages, unreadSeq: 3, gap: { ...gap, afterKey: 'message-1' } })).toEqual([
      ...['message', 'gap', 'message'],
    ]);
  });
});
