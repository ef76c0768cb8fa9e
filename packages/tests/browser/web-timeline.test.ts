// What the sample app draws of a room, in which order: a pure function of its own.
import type { MessageGap, MessageView, OfferView } from '@parley/client';
import { describe, expect, it } from 'vitest';

import { buildTimeline, type TimelineInput } from '../../../apps/web/src/room/timeline.ts';
import { minute, posted } from './testing/web-messages.ts';

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
