// What the sample app decides without a browser: pure functions of its own.
import type { ConversationEvent, Message, Offer, RoomParticipant, UserSummary } from '@parley/contract';
import { describe, expect, it } from 'vitest';

import { amountText, parseAmount } from '../../../apps/web/src/offers/money.ts';
import { emptyRoom, reduceRoom, type RoomState } from '../../../apps/web/src/room/room-state.ts';
import { buildTimeline } from '../../../apps/web/src/room/timeline.ts';
import { linkParts, webAddress } from '../../../apps/web/src/ui/links.ts';

const START = Date.UTC(2027, 2, 12, 12);
const minute = (count: number) => new Date(START + count * 60_000);
const user = (id: string): UserSummary => ({ id, username: id, displayName: null, avatar: null });

const message = (seq: number, change: Partial<Message> = {}): Message => ({
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

const offer = (change: Partial<Offer> = {}): Offer => ({
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
  ...change,
});

const participant = (id: string): RoomParticipant => ({
  user: user(id),
  role: 'member',
  readSeq: 0,
  deliveredSeq: 0,
  online: true,
  typing: false,
});

const told = (state: RoomState, seq: number, event: ConversationEvent) =>
  reduceRoom(state, { type: 'event', seq, event });
const page = (messages: Message[], offers: Offer[] = [], nextCursor: string | null = null) => ({
  conversation: {
    id: 'talk',
    kind: 'direct' as const,
    title: null,
    subject: null,
    headSeq: messages[0]?.seq ?? 0,
    createdAt: minute(0),
    activityAt: minute(0),
    participants: [],
  },
  messages: { items: messages, nextCursor },
  offers: { items: offers, nextCursor: null },
  presence: [],
});
const seqs = ({ messages }: RoomState) => messages.map(({ seq }) => seq);

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

describe('a room', () => {
  it('keeps what came by event while the page was on its way, and each message once', () => {
    let room = told(emptyRoom('ana'), 4, { type: 'message', payload: message(4) });
    room = told(room, 5, { type: 'message', payload: message(5) });
    room = reduceRoom(room, { type: 'newest', page: page([message(4), message(3)]) });
    expect(seqs(room)).toEqual([3, 4, 5]);
    expect(room.headSeq).toBe(5);
  });

  it('drops what is older than a page that was fetched anew: there may be a gap between', () => {
    let room = reduceRoom(emptyRoom('ana'), { type: 'newest', page: page([message(2), message(1)]) });
    room = told(room, 90, { type: 'reset', payload: { reason: 'too_far_behind', headSeq: 90 } });
    room = reduceRoom(room, { type: 'newest', page: page([message(90), message(89)], [], 'older') });
    expect(seqs(room)).toEqual([89, 90]);
    expect(room.olderMessages).toBe('older');
  });

  it('has nothing to read in what one has written oneself', () => {
    let room = told(emptyRoom('ana'), 1, { type: 'message', payload: message(1) });
    room = told(room, 2, { type: 'message', payload: message(2, { userId: 'ana' }) });
    expect(room.toReadSeq).toBe(1);
  });

  it('never goes back to an older version of an offer', () => {
    const accepted = offer({ status: 'accepted', version: 2 });
    let room = reduceRoom(emptyRoom('ana'), { type: 'offer', offer: accepted });
    const { id: offerId, conversationId, createdAt } = accepted;
    const payload = { offerId, conversationId, createdAt, offer: offer() };
    room = told(room, 1, { type: 'offer-created', payload });
    expect(room.offers).toEqual([accepted]);
  });

  it('stops showing someone as typing when their message is there', () => {
    const participants = [participant('ana'), participant('ben')];
    const payload = { conversationId: 'talk', headSeq: 0, resumed: false, participants };
    let room = told(emptyRoom('ana'), 0, { type: 'joined', payload });
    const typing = { userId: 'ben', username: 'ben', conversationId: 'talk', isTyping: true };
    room = told(room, 0, { type: 'typing', payload: typing });
    expect(room.people.map((one) => one.typing)).toEqual([false, true]);
    room = told(room, 1, { type: 'message', payload: message(1) });
    expect(room.people.map((one) => one.typing)).toEqual([false, false]);
  });
});

describe('the timeline', () => {
  const keys = (items: ReturnType<typeof buildTimeline>) => items.map(({ kind, key }) => `${kind} ${key}`);

  it('has messages by seq, offers and what became of them by time, and days between', () => {
    const items = buildTimeline({
      // The clock of the second one was behind.
      messages: [message(1), message(2, { createdAt: minute(0) }), message(24 * 60)],
      offers: [offer({ status: 'declined', createdAt: minute(3), updatedAt: minute(24 * 60 + 1) })],
      outgoing: [],
      hasOlderMessages: false,
    });
    expect(items.map(({ kind }) => kind)).toEqual([
      'day',
      'message',
      'message',
      'offer',
      'day',
      'message',
      'outcome',
    ]);
  });

  it('holds back offers that belong before messages that are not loaded', () => {
    const items = buildTimeline({
      messages: [message(10)],
      offers: [offer({ createdAt: minute(5) })],
      outgoing: [],
      hasOlderMessages: true,
    });
    expect(keys(items)).toEqual([`day ${minute(10).toDateString()}`, 'message message-10']);
  });

  it('keeps a message the same item when it is confirmed', () => {
    const written = {
      clientId: 'c1',
      conversationId: 'talk',
      userId: 'ana',
      content: 'Hello',
      createdAt: minute(1),
    };
    const outgoing = [{ ...written, state: 'sending' as const, seq: null, problem: null }];
    const before = buildTimeline({ messages: [], offers: [], outgoing, hasOlderMessages: false });
    const messages = [message(1, { userId: 'ana', clientId: 'c1' })];
    const after = buildTimeline({ messages, offers: [], outgoing: [], hasOlderMessages: false });
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key));
  });
});
