/** One call of each procedure as a caller of the REST API sees it, for its documentation. Nothing here ever happened. */
import type { Conversation, Message, Offer, Session, User, UserSummary } from '@parley/contract';

export interface RestExample {
  /** All of the procedure's input, wherever in a request its parts are. */
  input?: Readonly<Record<string, unknown>>;
  output: unknown;
  /** Where the path names a talk and the input does not. */
  talk?: string;
}

const at = (time: string): Date => new Date(`2027-03-12T${time}:00.000Z`);

const ANA: UserSummary = {
  id: '019a7c50-8a10-7b3e-9f02-1d2c3b4a5f60',
  username: 'ana',
  displayName: 'Ana Moreira',
  avatar: null,
};
const BEN: UserSummary = {
  id: '019a7c50-91c4-7d55-a1b2-7e6f5d4c3b2a',
  username: 'ben',
  displayName: 'Ben Okafor',
  avatar: null,
};
const ME: User = { ...ANA, email: 'ana@example.com', createdAt: at('08:00') };
const SESSION: Session = {
  user: ME,
  accessToken: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl',
  accessTokenExpiresAt: at('10:15'),
  refreshToken: 'q3mC5yXk1l0Zb7oN2vR8tE6uW4sA9dF-hJ_gLpQxYzI',
};

const conversationId = '019a7c51-02f3-7a10-8c4d-5e6f70819203';
const TALK: Conversation = {
  id: conversationId,
  kind: 'direct',
  title: null,
  subject: 'bike-1042',
  headSeq: 2,
  createdAt: at('09:00'),
  activityAt: at('10:02'),
  participants: [
    { user: ANA, role: 'member', readSeq: 2, readAt: at('10:02'), deliveredSeq: 2, online: true },
    { user: BEN, role: 'member', readSeq: 1, readAt: at('10:00'), deliveredSeq: 2, online: false },
  ],
};
const GROUP: Conversation = {
  ...TALK,
  kind: 'group',
  title: 'Saturday market',
  subject: null,
  participants: TALK.participants.map((one, index) => ({ ...one, role: index === 0 ? 'owner' : 'member' })),
};
const MESSAGE: Message = {
  id: '019a7c51-7d2e-7c31-b0a9-8f7e6d5c4b3a',
  seq: 2,
  conversationId,
  userId: ANA.id,
  user: { id: ANA.id, username: ANA.username, avatar: ANA.avatar },
  content: 'It is! Come and try it any evening.',
  attachments: [],
  replyToId: null,
  clientId: 'draft-17',
  createdAt: at('10:02'),
  reactions: [{ emoji: '👍', userIds: [BEN.id] }],
  editedAt: null,
  deletedAt: null,
};
const OFFER: Offer = {
  id: '019a7c52-1b4d-7e62-9d8c-0a1b2c3d4e5f',
  conversationId,
  authorId: BEN.id,
  recipientId: ANA.id,
  title: 'Blue touring bike',
  terms: 'Fetched on Thursday evening, paid in cash.',
  amount: 18_000,
  currency: 'EUR',
  status: 'pending',
  version: 1,
  parentOfferId: null,
  expiresAt: at('22:00'),
  completedBy: [],
  createdAt: at('10:05'),
  updatedAt: at('10:05'),
};

const done = { success: true };
const ofMessage = { messageId: MESSAGE.id };
const sent = { success: true, message: { ...MESSAGE, reactions: [] } };
const credentials = { email: 'ana@example.com', password: 'correct horse battery' };
const terms = { title: OFFER.title, terms: OFFER.terms, amount: OFFER.amount, currency: OFFER.currency };

export const REST_EXAMPLES: Readonly<Record<string, RestExample>> = {
  'auth.register': {
    input: { ...credentials, username: 'ana', displayName: 'Ana Moreira' },
    output: SESSION,
  },
  'auth.login': { input: credentials, output: SESSION },
  'auth.refresh': { input: { refreshToken: SESSION.refreshToken }, output: SESSION },
  'auth.logout': { input: { refreshToken: SESSION.refreshToken }, output: done },
  'auth.logoutEverywhere': { output: done },
  'auth.me': { output: ME },
  'users.search': { input: { query: 'oka' }, output: { items: [BEN], nextCursor: null } },
  'presence.get': {
    input: { userIds: [BEN.id] },
    output: [{ userId: BEN.id, online: false, lastSeenAt: at('10:01') }],
  },
  'conversations.list': {
    input: { limit: 20 },
    output: { items: [{ ...TALK, lastMessage: MESSAGE, unreadCount: 0 }], nextCursor: null },
  },
  'conversations.get': { input: { conversationId }, output: TALK },
  'conversations.open': {
    input: { conversationId },
    output: {
      conversation: TALK,
      messages: { items: [MESSAGE], nextCursor: null },
      offers: { items: [OFFER], nextCursor: null },
    },
  },
  'conversations.create': {
    input: { participantIds: [BEN.id], subject: 'bike-1042', clientId: 'talk-3' },
    output: { ...TALK, headSeq: 0, activityAt: TALK.createdAt },
  },
  'conversations.rename': { input: { conversationId, title: 'Sunday market' }, output: done },
  'conversations.addMembers': { input: { conversationId, userIds: [BEN.id] }, output: GROUP },
  'conversations.setRole': { input: { conversationId, userId: BEN.id, role: 'admin' }, output: done },
  'conversations.removeMember': { input: { conversationId, userId: BEN.id }, output: done },
  'conversations.leave': { input: { conversationId }, output: done },
  'inbox.unread': { output: { messages: 4, conversations: 2 } },
  'messages.list': {
    input: { conversationId, limit: 20 },
    output: { items: [MESSAGE], nextCursor: 'WzJd' },
  },
  'messages.send': {
    input: { conversationId, content: MESSAGE.content, clientId: MESSAGE.clientId },
    output: sent,
  },
  'messages.edit': {
    input: { ...ofMessage, content: 'It is! Come tonight.' },
    output: {
      success: true,
      message: { ...MESSAGE, content: 'It is! Come tonight.', editedAt: at('10:03') },
    },
  },
  'messages.delete': {
    input: ofMessage,
    output: { success: true, message: { ...MESSAGE, content: '', reactions: [], deletedAt: at('10:04') } },
  },
  'messages.react': { input: { ...ofMessage, emoji: '👍', on: true }, output: done },
  'receipts.read': {
    input: { conversationId, upToSeq: 2 },
    output: { success: true, message: 'Marked as read', readAt: at('10:06') },
  },
  'receipts.delivered': { input: { conversationId, upToSeq: 2 }, output: done },
  'typing.set': { input: { conversationId, isTyping: true }, output: done },
  'offers.list': {
    input: { conversationId, status: 'pending' },
    output: { items: [OFFER], nextCursor: null },
  },
  'offers.create': {
    input: { conversationId, ...terms, expiresAt: OFFER.expiresAt, clientId: 'offer-1' },
    output: { success: true, offer: OFFER },
  },
  'offers.get': { input: { offerId: OFFER.id }, output: OFFER, talk: conversationId },
  'offers.update': {
    input: { conversationId, offerId: OFFER.id, status: 'accepted', expectedVersion: 1 },
    output: {
      success: true,
      message: 'Offer accepted',
      offer: { ...OFFER, status: 'accepted', version: 2, updatedAt: at('10:20') },
    },
  },
};
