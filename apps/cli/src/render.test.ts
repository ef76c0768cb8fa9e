import type {
  ConversationEvent,
  ConversationSummary,
  InboxEvent,
  Message,
  Offer,
  RoomParticipant,
} from '@parley/client';
import { describe, expect, it } from 'vitest';

import { renderNewOffer, renderOffer, renderOfferUpdate } from './render-offers.ts';
import {
  quoteOf,
  renderInboxEvent,
  renderMessage,
  renderPresence,
  renderRoomEvent,
  renderTalk,
} from './render.ts';
import { createStyle } from './style.ts';
import { createView } from './view.ts';

const at = (time: string) => new Date(`2026-11-23T${time}:00Z`);
const ana = { id: 'id-of-ana', username: 'ana', avatar: null, displayName: 'Ana Moreira' };
const ben = { id: 'id-of-ben', username: 'ben', avatar: null, displayName: null };

const view = createView({
  me: ana.id,
  now: at('10:31'),
  timeZone: 'UTC',
  names: new Map([
    [ana.id, 'ana'],
    [ben.id, 'ben'],
  ]),
  offerLabel: (id) => `[${id}]`,
  talkName: (id) => `[${id}]`,
});

const message: Message = {
  id: 'm1',
  seq: 12,
  conversationId: 'talk',
  userId: ben.id,
  user: ben,
  content: 'hello',
  attachments: [],
  replyToId: null,
  clientId: null,
  createdAt: at('10:30'),
  reactions: [],
  editedAt: null,
  deletedAt: null,
};

const offer: Offer = {
  id: '3',
  conversationId: 'talk',
  authorId: ben.id,
  recipientId: ana.id,
  title: 'Blue bike',
  terms: 'I fetch it.\nIn cash.',
  amount: 18_000,
  currency: 'EUR',
  status: 'pending',
  version: 1,
  parentOfferId: null,
  expiresAt: at('18:00'),
  completedBy: [],
  createdAt: at('10:30'),
  updatedAt: at('10:30'),
};

const participant = { role: 'member', readSeq: 0, deliveredSeq: 0, online: false } as const;

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

describe('an offer', () => {
  it('tells parties, price, standing and terms', () => {
    expect(renderOffer(view, offer)).toBe(
      '[3]  Blue bike for 180.00 EUR  ben → you  pending, until 18:00\n    I fetch it.\n    In cash.',
    );
    expect(renderOffer(view, { ...offer, amount: null, currency: null, status: 'declined' })).toBe(
      '[3]  Blue bike  ben → you  declined\n    I fetch it.\n    In cash.',
    );
  });

  it('tells what it answers', () => {
    const counter = {
      ...offer,
      id: '4',
      parentOfferId: '3',
      authorId: ana.id,
      recipientId: ben.id,
      terms: 'No.',
    };
    expect(renderOffer(view, counter)).toContain('\n    answers [3]');
    expect(renderNewOffer(view, counter)).toBe(
      '⇄ you offer ben [4] Blue bike for 180.00 EUR in answer to [3]\n    No.',
    );
  });

  it('tells how it stands, and who has completed it', () => {
    expect(renderOfferUpdate(view, { ...offer, status: 'accepted' })).toBe(
      '⇄ [3] Blue bike for 180.00 EUR is now accepted',
    );
    expect(renderOfferUpdate(view, { ...offer, status: 'accepted', completedBy: [ana.id] })).toBe(
      '⇄ [3] Blue bike for 180.00 EUR is now accepted, completed for you',
    );
  });

  it('goes without a number where it has none', () => {
    expect(renderNewOffer({ ...view, offerLabel: () => '' }, { ...offer, terms: 'x' })).toBe(
      '⇄ ben offers you Blue bike for 180.00 EUR\n    x',
    );
  });
});

describe('an event of a room', () => {
  const reaction = {
    messageId: '01a207a6-821b',
    conversationId: 'talk',
    userId: ben.id,
    emoji: '👍',
    reactedAt: at('10:31'),
  };
  const cem = { id: 'id-of-cem', username: 'cem\u007F', avatar: null, displayName: null };
  const ofBen = { conversationId: 'talk', userId: ben.id };
  const ofCem = { conversationId: 'talk', userId: cem.id };
  const visit = { userId: ben.id, username: 'ben', conversationId: 'talk' };
  const people: RoomParticipant[] = [
    { ...participant, user: ana, typing: false },
    { ...participant, user: ben, typing: false },
  ];
  const events: [ConversationEvent, string][] = [
    [
      {
        type: 'joined',
        payload: { conversationId: 'talk', headSeq: 12, resumed: false, participants: people },
      },
      'in the room ● you  ○ ben at #12',
    ],
    [
      { type: 'reset', payload: { reason: 'too_far_behind', headSeq: 9 } },
      'too much has happened to show it all; this goes on from now',
    ],
    [{ type: 'message', payload: message }, '#12 10:30 ben: hello'],
    [
      { type: 'message-edited', payload: { ...message, content: 'hi\nthere', editedAt: at('10:31') } },
      '✎ ben edited #12: hi\n    there',
    ],
    [
      { type: 'message-deleted', payload: { ...message, deletedBy: ana.id, deletedAt: at('10:31') } },
      '✕ you deleted #12',
    ],
    [{ type: 'reaction', payload: { ...reaction, on: true } }, 'ben put 👍 on message 7a6-821b'],
    [{ type: 'reaction', payload: { ...reaction, on: false } }, 'ben took 👍 off message 7a6-821b'],
    [
      {
        type: 'delivered',
        payload: { userId: ben.id, conversationId: 'talk', seq: 12, deliveredAt: at('10:31') },
      },
      '✓ ben received up to #12',
    ],
    [
      {
        type: 'member-added',
        payload: { ...ofCem, user: cem, role: 'member', addedBy: ben.id, addedAt: at('10:31') },
      },
      '+ ben added cem\u2421',
    ],
    [
      { type: 'member-removed', payload: { ...ofBen, removedBy: ana.id, removedAt: at('10:31') } },
      '− you removed ben',
    ],
    [
      { type: 'member-removed', payload: { ...ofBen, removedBy: ben.id, removedAt: at('10:31') } },
      '− ben left the group',
    ],
    [
      {
        type: 'role-changed',
        payload: { ...ofBen, role: 'admin', changedBy: ana.id, changedAt: at('10:31') },
      },
      'you made ben an admin',
    ],
    [
      {
        type: 'role-changed',
        payload: { ...ofBen, role: 'member', changedBy: ben.id, changedAt: at('10:31') },
      },
      'ben stepped down to member',
    ],
    [
      {
        type: 'renamed',
        payload: { conversationId: 'talk', title: 'Walk', renamedBy: ben.id, renamedAt: at('10:31') },
      },
      'ben named the group “Walk”',
    ],
    [{ type: 'typing', payload: { ...visit, isTyping: true } }, 'ben is typing …'],
    [{ type: 'typing', payload: { ...visit, isTyping: false } }, 'ben stopped typing'],
    [
      { type: 'read', payload: { userId: ben.id, conversationId: 'talk', seq: 12, readAt: at('10:31') } },
      '✓ ben read up to #12',
    ],
    [{ type: 'user-joined', payload: visit }, '→ ben opened the talk'],
    [{ type: 'user-left', payload: visit }, '← ben left the talk'],
    [
      { type: 'presence', payload: { userId: ben.id, online: false, lastSeenAt: at('10:20') } },
      '○ ben is offline, last seen 10:20',
    ],
    [
      {
        type: 'offer-created',
        payload: { offerId: '3', conversationId: 'talk', offer, createdAt: offer.createdAt },
      },
      '⇄ ben offers you [3] Blue bike for 180.00 EUR\n    I fetch it.\n    In cash.',
    ],
  ];

  it.each(events)('$type is told', (event, text) => {
    expect(renderRoomEvent(view, event)).toBe(text);
  });
});

describe('an event of the inbox', () => {
  const events: [InboxEvent, string][] = [
    [
      { type: 'connected', payload: { message: 'Connected as ana', userId: ana.id, resumed: false } },
      'Connected as ana',
    ],
    [
      { type: 'new-message', payload: { conversationId: 'talk', seq: 12, message, unreadCount: 2 } },
      '✉ [talk] ben: hello  2 unread',
    ],
    [
      { type: 'message-edited', payload: { ...message, content: 'hi', editedAt: at('10:31') } },
      '✎ [talk] ben edited #12: hi',
    ],
    [
      { type: 'message-deleted', payload: { ...message, deletedBy: ben.id, deletedAt: at('10:31') } },
      '✕ [talk] ben deleted #12',
    ],
    [
      {
        type: 'conversation-removed',
        payload: { conversationId: 'talk', removedBy: ben.id, removedAt: at('10:31') },
      },
      '[talk] ben removed you',
    ],
    [
      {
        type: 'conversation-removed',
        payload: { conversationId: 'talk', removedBy: ana.id, removedAt: at('10:31') },
      },
      '[talk] you left',
    ],
    [
      { type: 'offer-accepted', payload: { offerId: '3', conversationId: 'talk', offer } },
      '[talk] your offer was accepted: Blue bike',
    ],
    [
      {
        type: 'conversation-added',
        payload: {
          conversationId: 'talk',
          kind: 'group',
          title: 'Market',
          subject: null,
          addedBy: ben.id,
          addedAt: at('10:31'),
        },
      },
      '[talk] ben added you to “Market”',
    ],
    [
      {
        type: 'conversation-added',
        payload: {
          conversationId: 'talk',
          kind: 'direct',
          title: null,
          subject: 'A bike',
          addedBy: ben.id,
          addedAt: at('10:31'),
        },
      },
      '[talk] ben began a talk “A bike”',
    ],
  ];

  it.each(events)('$type is told', (event, text) => {
    expect(renderInboxEvent(view, event)).toBe(text);
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
