import type { ConversationSummary, Message } from '@parley/client';
import { describe, expect, it } from 'vitest';

import { quoteOf, renderMessage, renderPresence, renderTalk } from './render.ts';
import { createStyle } from './style.ts';
import { ana, at, ben, message, participant, view } from './testing/samples.ts';

describe('a message', () => {
  const shown = (fields: Partial<Message>) => renderMessage(view, { ...message, ...fields });

  it('is a line with its number, time and author', () => {
    expect(shown({})).toBe('#12 10:30 ben: hello');
    expect(shown({ userId: ana.id, user: ana })).toBe('#12 10:30 you: hello');
  });

  it('has its further lines and its attachments indented', () => {
    expect(shown({ content: 'a\nb', attachments: ['https://x.example/1'] })).toBe(
      '#12 10:30 ben: a\n    b\n    + https://x.example/1',
    );
  });

  it('says what it answers, and whether it was edited or deleted', () => {
    expect(shown({ replyToId: '01a207a6-821b' })).toBe('#12 10:30 ben: ↳ message 7a6-821b: hello');
    expect(renderMessage({ ...view, quote: () => 'ana “hi”' }, { ...message, replyToId: 'm0' })).toBe(
      '#12 10:30 ben: ↳ ana “hi”: hello',
    );
    expect(shown({ editedAt: at('10:31') })).toBe('#12 10:30 ben: hello (edited)');
    expect(shown({ content: '', deletedAt: at('10:31') })).toBe('#12 10:30 ben: (deleted)');
    expect(shown({ content: '', editedAt: at('10:31'), deletedAt: at('10:32') })).toBe(
      '#12 10:30 ben: (deleted)',
    );
  });

  it('shows its reactions', () => {
    const reactions = [
      { emoji: '👍', userIds: [ana.id, ben.id] },
      { emoji: '🎉', userIds: [ana.id] },
    ];
    expect(shown({ reactions })).toBe('#12 10:30 ben: hello\n    👍 2  🎉 1');
  });

  it('is quoted in a few words, and without its text once deleted', () => {
    const deleted = { ...message, content: '', deletedAt: at('10:31') };
    expect(quoteOf(message, ana.id)).toBe('ben “hello”');
    expect(quoteOf(message, ben.id)).toBe('your “hello”');
    expect(quoteOf({ ...message, content: '' }, ana.id)).toBe('ben (attachment)');
    expect(quoteOf(deleted, ana.id)).toBe('ben (deleted)');
    expect(quoteOf(deleted, ben.id)).toBe('your deleted message');
  });

  it('cannot pass for another line, or command the terminal', () => {
    expect(shown({ content: 'x\r\n#13 10:31 ana: I agree\u001B[1A' })).toBe(
      '#12 10:30 ben: x\n    #13 10:31 ana: I agree␛[1A',
    );
  });
});

describe('a talk', () => {
  const talk: ConversationSummary = {
    id: 'talk',
    kind: 'direct',
    title: null,
    subject: null,
    headSeq: 12,
    createdAt: at('09:00'),
    activityAt: at('10:30'),
    participants: [
      { ...participant, user: ana, readAt: null },
      { ...participant, user: ben, readAt: null, online: true },
    ],
    lastMessage: message,
    unreadCount: 2,
  };

  it('goes by its title, its subject or its people', () => {
    expect(renderTalk(view, talk, '[1]')).toBe('[1]  ben  ● ben  2 unread  10:30\n    ben: hello');
    expect(renderTalk(view, { ...talk, subject: 'A bike', unreadCount: 0, lastMessage: null }, '[1]')).toBe(
      '[1]  A bike  ● ben  10:30',
    );
    expect(renderTalk(view, { ...talk, subject: 'A bike', title: 'Market' }, '[1]')).toContain(
      '[1]  Market  ',
    );
  });

  it('tells who spoke last', () => {
    const mine = { ...message, userId: ana.id, user: ana };
    expect(renderTalk(view, { ...talk, lastMessage: mine }, '[1]')).toContain('\n    you: hello');
    const bare = { ...message, content: '' };
    expect(renderTalk(view, { ...talk, lastMessage: bare }, '[1]')).toContain('\n    ben: (attachment)');
  });
});

describe('colours', () => {
  it('set off, and say nothing by themselves', () => {
    const coloured = renderPresence(
      { ...view, style: createStyle(true) },
      { userId: ben.id, online: true, lastSeenAt: null },
    );
    expect(coloured).toBe('\u001B[32m●\u001B[39m \u001B[36mben\u001B[39m is online');
    expect(renderPresence(view, { userId: ben.id, online: true, lastSeenAt: null })).toBe('● ben is online');
  });
});
