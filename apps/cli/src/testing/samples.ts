// Two people, and one of each thing that is between them.
import type { Message, Offer } from '@parley/client';

import { createView } from '../view.ts';

export const at = (time: string) => new Date(`2026-11-23T${time}:00Z`);
export const ana = { id: 'id-of-ana', username: 'ana', avatar: null, displayName: 'Ana Moreira' };
export const ben = { id: 'id-of-ben', username: 'ben', avatar: null, displayName: null };

export const view = createView({
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

export const message: Message = {
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

export const offer: Offer = {
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

export const participant = { role: 'member', readSeq: 0, deliveredSeq: 0, online: false } as const;
