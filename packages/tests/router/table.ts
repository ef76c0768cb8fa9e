// What every procedure expects and refuses. A procedure without a row fails the tests that use this table.
import type { ErrorReason } from '@parley/contract';
import { LIMITS } from '@parley/contract/schemas';

import type { Kind } from '../harness/call.ts';

/** Ids of what there is between Ana and Ben. */
export interface World {
  ana: string;
  ben: string;
  talk: string;
  /** Ana's, with Ben in it. */
  group: string;
  /** In no conversation. */
  cem: string;
  message: string;
  /** From Ben to Ana, pending. */
  offer: string;
  refreshToken: string;
  accessToken: string;
  email: string;
  password: string;
}

export interface Row {
  kind: Kind;
  /** Needs no token. */
  open?: true;
  /** With every field that there is; right for Ana. Undefined where it takes none. */
  input?: (world: World) => Record<string, unknown>;
  required?: string[];
  /** A value too large, by field. */
  oversize?: Record<string, unknown>;
  /** The refusal of an id that is nobody's, by field. */
  unknown?: Record<string, ErrorReason>;
  /** The refusal of the right input when it comes from someone else; absent where anyone may. */
  outsider?: ErrorReason;
}

const long = (length: number) => 'x'.repeat(length + 1);
const cursor = long(LIMITS.cursorLength);
const page = { limit: 10 };
const ofTalk = { conversationId: 'not_a_participant' } as const;
const ofMessage = { messageId: 'message_not_found' } as const;
const outsider = 'not_a_participant';

/** Shows a conversation, by its id alone. */
const showsTalk: Row = {
  kind: 'query',
  input: ({ talk }) => ({ conversationId: talk }),
  required: ['conversationId'],
  oversize: { conversationId: long(LIMITS.idLength) },
  unknown: ofTalk,
  outsider,
};

export const TABLE: Record<string, Row> = {
  'auth.register': {
    kind: 'mutation',
    open: true,
    input: () => ({ email: 'new@parley.test', username: 'new', password: 'long enough', displayName: 'New' }),
    required: ['email', 'username', 'password'],
    oversize: {
      email: `${long(LIMITS.emailLength)}@parley.test`,
      username: long(LIMITS.usernameLength),
      password: long(LIMITS.passwordMaxLength),
      displayName: long(LIMITS.displayNameLength),
    },
  },
  'auth.login': {
    kind: 'mutation',
    open: true,
    input: ({ email, password }) => ({ email, password }),
    required: ['email', 'password'],
    oversize: {
      email: `${long(LIMITS.emailLength)}@parley.test`,
      password: long(LIMITS.passwordMaxLength),
    },
    unknown: { email: 'invalid_input', password: 'invalid_credentials' },
  },
  'auth.refresh': {
    kind: 'mutation',
    open: true,
    input: ({ refreshToken }) => ({ refreshToken }),
    required: ['refreshToken'],
    oversize: { refreshToken: long(LIMITS.tokenLength) },
    unknown: { refreshToken: 'refresh_token_invalid' },
  },
  'auth.logout': {
    kind: 'mutation',
    input: ({ refreshToken }) => ({ refreshToken }),
    required: ['refreshToken'],
    oversize: { refreshToken: long(LIMITS.tokenLength) },
  },
  'auth.logoutEverywhere': { kind: 'mutation' },
  'auth.renew': {
    kind: 'mutation',
    input: ({ accessToken }) => ({ accessToken }),
    required: ['accessToken'],
    oversize: { accessToken: long(LIMITS.tokenLength) },
    unknown: { accessToken: 'token_invalid' },
    outsider: 'token_invalid',
  },
  'auth.me': { kind: 'query' },
  'users.search': {
    kind: 'query',
    input: () => ({ query: 'a', ...page }),
    required: ['query'],
    oversize: { query: long(LIMITS.searchLength), limit: LIMITS.pageMax + 1, cursor },
    unknown: { cursor: 'invalid_cursor' },
  },
  'conversations.list': {
    kind: 'query',
    input: () => page,
    oversize: { limit: LIMITS.pageMax + 1, cursor },
    unknown: { cursor: 'invalid_cursor' },
  },
  'conversations.get': showsTalk,
  'conversations.open': showsTalk,
  'conversations.create': {
    kind: 'mutation',
    input: ({ ben }) => ({ participantIds: [ben], title: 'Trip', subject: 'Lake', clientId: 'create' }),
    required: ['participantIds'],
    oversize: {
      participantIds: Array.from({ length: LIMITS.participants + 1 }, (_, index) => `p${index}`),
      title: long(LIMITS.titleLength),
      subject: long(LIMITS.subjectLength),
      clientId: long(LIMITS.clientIdLength),
    },
    unknown: { participantIds: 'user_not_found' },
  },
  'conversations.events': {
    kind: 'subscription',
    input: ({ talk }) => ({ conversationId: talk, lastEventId: '0' }),
    required: ['conversationId'],
    oversize: { conversationId: long(LIMITS.idLength), lastEventId: '9'.repeat(17) },
    unknown: { ...ofTalk, lastEventId: 'invalid_input' },
    outsider,
  },
  'conversations.addMembers': {
    kind: 'mutation',
    input: ({ group, cem }) => ({ conversationId: group, userIds: [cem] }),
    required: ['conversationId', 'userIds'],
    oversize: {
      conversationId: long(LIMITS.idLength),
      userIds: Array.from({ length: LIMITS.participants + 1 }, (_, index) => `p${index}`),
    },
    unknown: { ...ofTalk, userIds: 'user_not_found' },
    outsider,
  },
  'conversations.rename': {
    kind: 'mutation',
    input: ({ group }) => ({ conversationId: group, title: 'Walk' }),
    required: ['conversationId', 'title'],
    oversize: { conversationId: long(LIMITS.idLength), title: long(LIMITS.titleLength) },
    unknown: ofTalk,
    outsider,
  },
  'conversations.removeMember': {
    kind: 'mutation',
    input: ({ group, cem }) => ({ conversationId: group, userId: cem }),
    required: ['conversationId', 'userId'],
    oversize: { conversationId: long(LIMITS.idLength), userId: long(LIMITS.idLength) },
    unknown: { ...ofTalk, userId: 'user_not_found' },
    outsider,
  },
  'conversations.setRole': {
    kind: 'mutation',
    input: ({ group, ben }) => ({ conversationId: group, userId: ben, role: 'owner' }),
    required: ['conversationId', 'userId', 'role'],
    oversize: { conversationId: long(LIMITS.idLength), userId: long(LIMITS.idLength) },
    unknown: { ...ofTalk, userId: 'user_not_found', role: 'invalid_input' },
    outsider,
  },
  // Once Ben is an owner too.
  'conversations.leave': {
    kind: 'mutation',
    input: ({ group }) => ({ conversationId: group }),
    required: ['conversationId'],
    oversize: { conversationId: long(LIMITS.idLength) },
    unknown: ofTalk,
    outsider,
  },
  'messages.send': {
    kind: 'mutation',
    input: ({ talk, message }) => ({
      conversationId: talk,
      content: 'hello',
      attachments: ['https://parley.test/a.png'],
      replyToId: message,
      clientId: 'send',
    }),
    required: ['conversationId', 'content'],
    oversize: {
      conversationId: long(LIMITS.idLength),
      content: long(LIMITS.messageLength),
      attachments: Array.from({ length: LIMITS.attachments + 1 }, () => 'a'),
      clientId: long(LIMITS.clientIdLength),
    },
    unknown: { ...ofTalk, replyToId: 'message_not_found' },
    outsider,
  },
  'messages.list': {
    kind: 'query',
    input: ({ talk }) => ({ conversationId: talk, direction: 'older', ...page }),
    required: ['conversationId'],
    oversize: {
      conversationId: long(LIMITS.idLength),
      limit: LIMITS.pageMax + 1,
      cursor,
      fromId: long(LIMITS.idLength),
      fromSeq: Number.MAX_SAFE_INTEGER + 1,
    },
    // One of these at a time.
    unknown: {
      ...ofTalk,
      cursor: 'invalid_cursor',
      fromId: 'message_not_found',
      fromSeq: 'invalid_input',
    },
    outsider,
  },
  'messages.edit': {
    kind: 'mutation',
    input: ({ message }) => ({ messageId: message, content: 'hello again' }),
    required: ['messageId', 'content'],
    oversize: { messageId: long(LIMITS.idLength), content: long(LIMITS.messageLength) },
    unknown: ofMessage,
    outsider: 'message_not_found',
  },
  'messages.react': {
    kind: 'mutation',
    input: ({ message }) => ({ messageId: message, emoji: '👍🏽', on: true }),
    required: ['messageId', 'emoji', 'on'],
    oversize: { messageId: long(LIMITS.idLength), emoji: '👍'.repeat(LIMITS.emojiLength) },
    unknown: { ...ofMessage, emoji: 'invalid_input' },
    outsider: 'message_not_found',
  },
  'messages.delete': {
    kind: 'mutation',
    input: ({ message }) => ({ messageId: message }),
    required: ['messageId'],
    oversize: { messageId: long(LIMITS.idLength) },
    unknown: ofMessage,
    outsider: 'message_not_found',
  },
  'typing.set': {
    kind: 'mutation',
    input: ({ talk }) => ({ conversationId: talk, isTyping: true }),
    required: ['conversationId', 'isTyping'],
    oversize: { conversationId: long(LIMITS.idLength) },
    unknown: ofTalk,
    outsider,
  },
  'receipts.read': {
    kind: 'mutation',
    input: ({ talk }) => ({ conversationId: talk, upToSeq: 1 }),
    required: ['conversationId'],
    oversize: { conversationId: long(LIMITS.idLength), upToSeq: Number.MAX_SAFE_INTEGER + 1 },
    unknown: ofTalk,
    outsider,
  },
  'receipts.delivered': {
    kind: 'mutation',
    input: ({ talk }) => ({ conversationId: talk, upToSeq: 1 }),
    required: ['conversationId', 'upToSeq'],
    oversize: { conversationId: long(LIMITS.idLength), upToSeq: Number.MAX_SAFE_INTEGER + 1 },
    unknown: ofTalk,
    outsider,
  },
  'offers.create': {
    kind: 'mutation',
    input: ({ talk, ben }) => ({
      conversationId: talk,
      title: 'Bike',
      terms: 'As seen',
      amount: 100,
      currency: 'EUR',
      expiresAt: new Date(Date.now() + 3_600_000),
      recipientId: ben,
      clientId: 'offer',
    }),
    required: ['conversationId', 'title', 'terms'],
    oversize: {
      conversationId: long(LIMITS.idLength),
      title: long(LIMITS.offerTitleLength),
      terms: long(LIMITS.offerTermsLength),
      amount: Number.MAX_SAFE_INTEGER + 1,
      currency: 'EURO',
      clientId: long(LIMITS.clientIdLength),
    },
    unknown: { ...ofTalk, recipientId: 'user_not_found' },
    outsider,
  },
  'offers.update': {
    kind: 'mutation',
    input: ({ talk, offer }) => ({
      conversationId: talk,
      offerId: offer,
      status: 'countered',
      counter: { terms: 'With the lock' },
      expectedVersion: 1,
    }),
    required: ['conversationId', 'offerId', 'status', 'counter'],
    oversize: {
      conversationId: long(LIMITS.idLength),
      offerId: long(LIMITS.idLength),
      counter: { terms: long(LIMITS.offerTermsLength) },
    },
    unknown: { ...ofTalk, offerId: 'offer_not_found', status: 'invalid_input' },
    outsider,
  },
  'offers.get': {
    kind: 'query',
    input: ({ offer }) => ({ offerId: offer }),
    required: ['offerId'],
    oversize: { offerId: long(LIMITS.idLength) },
    unknown: { offerId: 'offer_not_found' },
    outsider: 'offer_not_found',
  },
  'offers.list': {
    kind: 'query',
    input: ({ talk }) => ({ conversationId: talk, status: 'pending', ...page }),
    required: ['conversationId'],
    oversize: { conversationId: long(LIMITS.idLength), limit: LIMITS.pageMax + 1, cursor },
    unknown: { ...ofTalk, cursor: 'invalid_cursor' },
    outsider,
  },
  'presence.get': {
    kind: 'query',
    input: ({ ben }) => ({ userIds: [ben] }),
    required: ['userIds'],
    oversize: { userIds: Array.from({ length: LIMITS.presenceUserIds + 1 }, (_, index) => `p${index}`) },
  },
  'inbox.unread': { kind: 'query' },
  'inbox.events': {
    kind: 'subscription',
    input: () => ({ lastEventId: '0' }),
    oversize: { lastEventId: '9'.repeat(17) },
    unknown: { lastEventId: 'invalid_input' },
  },
};
