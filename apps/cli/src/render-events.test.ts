import type { ConversationEvent, InboxEvent, RoomParticipant } from '@parley/client';
import { describe, expect, it } from 'vitest';

import { renderInboxEvent, renderRoomEvent } from './render-events.ts';
import { ana, at, ben, message, offer, participant, view } from './testing/samples.ts';

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
