import {
  createParleyClient,
  isParleyError,
  type AppRouter,
  type ConnectionState,
  type Conversation,
  type ConversationEvent,
  type ConversationSummary,
  type ErrorReason,
  type InboxEvent,
  type Inputs,
  type Message,
  type Offer,
  type OfferStatus,
  type Outputs,
  type ParleyClient,
  type Participant,
  type RoomParticipant,
  type Session,
  type User,
  type UserSummary,
} from '@parley/client';

import { assert, type Equal, type IsAny } from './assert.js';

const client: ParleyClient = createParleyClient({ url: 'http://localhost:1' });

/** A class as the `ws` package has it: listeners by event, and more arguments than are needed. */
declare class NodeWebSocket {
  static readonly OPEN: 1;
  static readonly CLOSING: 2;
  static readonly CLOSED: 3;
  constructor(address: string | URL, options?: { handshakeTimeout?: number });
  readyState: 0 | 1 | 2 | 3;
  send(data: string | ArrayBufferLike, cb?: (err?: Error) => void): void;
  close(code?: number, data?: string): void;
  addEventListener<Type extends 'open' | 'message' | 'close' | 'error'>(
    type: Type,
    listener: (event: { type: string }) => void,
    options?: { once?: boolean },
  ): void;
}

export const clients = [
  createParleyClient(),
  createParleyClient({ url: 'wss://chat.example.com', WebSocket, fetch }),
  createParleyClient({ WebSocket: NodeWebSocket, getAccessToken: async () => 'token' }),
  createParleyClient({ getAccessToken: () => null }),
  createParleyClient({
    session: JSON.parse('null') as Session | null,
    onSessionChange: (session) => {
      assert<Equal<typeof session, Session | null>>();
    },
  }),
  createParleyClient({ session: () => null }),
];

export async function calls() {
  const session = await client.signIn({ email: 'ana@parley.test', password: 'parley-demo' });
  assert<Equal<typeof session, Session>>();
  assert<Equal<typeof session.accessTokenExpiresAt, Date>>();
  assert<Equal<Outputs['auth']['login'], Session>>();
  const registration = { email: 'cleo@parley.test', username: 'cleo', password: 'parley-demo' };
  await client.signIn(await client.trpc.auth.register.mutate(registration));
  const me = await client.trpc.auth.me.query();
  assert<Equal<typeof me, User>>();
  assert<Equal<typeof me.email, string | null>>();

  const people = await client.trpc.users.search.query({ query: 'ben' });
  assert<Equal<typeof people.items, UserSummary[]>>();

  const talks = await client.trpc.conversations.list.query({ limit: 10 });
  assert<Equal<(typeof talks.items)[number], ConversationSummary>>();
  assert<Equal<typeof talks.nextCursor, string | null>>();
  const talk = await client.trpc.conversations.create.mutate({
    participantIds: ['b'],
    subject: 'bicycle',
    clientId: 'c1',
  });
  assert<Equal<typeof talk, Conversation>>();
  assert<Equal<(typeof talk.participants)[number], Participant>>();
  assert<Equal<typeof talk.createdAt, Date>>();

  const sent = await client.trpc.messages.send.mutate({ conversationId: talk.id, content: 'hi' });
  assert<Equal<typeof sent.message, Message>>();
  assert<Equal<typeof sent.message.createdAt, Date>>();
  assert<Equal<typeof sent.message.editedAt, Date | null>>();
  const page = await client.trpc.messages.list.query({ conversationId: talk.id, direction: 'older' });
  assert<Equal<(typeof page.items)[number], Message>>();
  const read = await client.trpc.receipts.read.mutate({ conversationId: talk.id, upToSeq: 3 });
  assert<Equal<typeof read.readAt, Date>>();
  await client.trpc.typing.set.mutate({ conversationId: talk.id, isTyping: true });
  const presences = await client.trpc.presence.get.query({ userIds: ['b'] });
  assert<Equal<(typeof presences)[number]['lastSeenAt'], Date | null>>();

  const made = await client.trpc.offers.create.mutate({
    conversationId: talk.id,
    title: 'Bicycle',
    terms: 'As seen',
    amount: 5_000,
    currency: 'EUR',
    expiresAt: new Date(),
  });
  assert<Equal<typeof made.offer, Offer>>();
  const conversationId = talk.id;
  const offerId = made.offer.id;
  const updated = await client.trpc.offers.update.mutate({
    conversationId,
    offerId,
    status: 'accepted',
    expectedVersion: 1,
  });
  assert<Equal<typeof updated.offer.status, OfferStatus>>();
  await client.trpc.offers.update.mutate({
    conversationId,
    offerId,
    status: 'countered',
    counter: { amount: 4_000 },
  });
  await client.trpc.offers.update.mutate({
    conversationId,
    offerId,
    status: 'countered',
    counter: { amount: null },
  });
  await client.signOut();
}

export function room(conversationId: string) {
  return client.trpc.conversations.events.subscribe(
    { conversationId, lastEventId: '12' },
    {
      onData({ id, data: event }) {
        assert<Equal<typeof id, string>>();
        assert<Equal<IsAny<typeof event>, false>>();
        assert<Equal<typeof event, ConversationEvent>>();
        switch (event.type) {
          case 'joined':
            assert<Equal<typeof event.payload.participants, RoomParticipant[]>>();
            return event.payload.participants.map(({ user, typing }) => [user.username, typing]);
          case 'message':
            assert<Equal<typeof event.payload.createdAt, Date>>();
            assert<Equal<typeof event.payload.user.username, string>>();
            return event.payload.content;
          case 'message-edited':
            assert<Equal<typeof event.payload.editedAt, Date>>();
            return event.payload.content;
          case 'message-deleted':
            assert<Equal<typeof event.payload.deletedAt, Date>>();
            return event.payload.deletedBy;
          case 'reaction':
            assert<Equal<typeof event.payload.on, boolean>>();
            return event.payload.emoji;
          case 'member-added':
          case 'role-changed':
            assert<Equal<typeof event.payload.role, 'owner' | 'admin' | 'member'>>();
            return event.payload.userId;
          case 'member-removed':
            assert<Equal<typeof event.payload.removedBy, string>>();
            return event.payload.removedBy;
          case 'renamed':
            assert<Equal<typeof event.payload.title, string | null>>();
            return event.payload.title;
          case 'delivered':
            assert<Equal<typeof event.payload.seq, number>>();
            return event.payload.seq;
          case 'offer-created':
          case 'offer-update':
            assert<Equal<typeof event.payload.offer, Offer>>();
            return event.payload.offer.status;
          case 'typing':
            assert<Equal<typeof event.payload.isTyping, boolean>>();
            return event.payload.userId;
          case 'read':
            assert<Equal<typeof event.payload.readAt, Date>>();
            return event.payload.seq;
          case 'user-joined':
          case 'user-left':
            return event.payload.username;
          case 'presence':
            return event.payload.online;
          case 'reset':
            return event.payload.headSeq;
          case 'listing-sold':
            assert<Equal<typeof event.payload.listingId, string>>();
            return event.payload.listingId;
          default: {
            const nothing: never = event;
            return nothing;
          }
        }
      },
      onError(error) {
        assert<Equal<IsAny<typeof error>, false>>();
        assert<Equal<NonNullable<typeof error.data>['reason'], ErrorReason>>();
      },
    },
  );
}

export async function inbox() {
  for await (const { id, data: event } of client.trpc.inbox.events.subscribe(undefined)) {
    assert<Equal<typeof id, string>>();
    assert<Equal<typeof event, InboxEvent>>();
    if (event.type === 'new-message') assert<Equal<typeof event.payload.unreadCount, number>>();
    if (event.type === 'typing') assert<Equal<typeof event.payload.isTyping, boolean>>();
    if (event.type === 'conversation-added') assert<Equal<typeof event.payload.addedAt, Date>>();
    if (event.type === 'listing-watched') assert<Equal<typeof event.payload.watchers, number>>();
  }
}

export function refusals(error: unknown): string {
  if (isParleyError(error, 'offer_not_open')) {
    assert<Equal<typeof error.data.reason, 'offer_not_open'>>();
    assert<Equal<typeof error.data.offer, Offer | undefined>>();
  }
  if (isParleyError(error, 'rate_limited')) return `in ${error.data.retryAfterMs ?? 0} ms`;
  return isParleyError(error) ? error.data.reason : 'unknown';
}

export function connection(): string {
  const stop = client.connection.subscribe(() => undefined);
  stop();
  const state = client.connection.getSnapshot();
  assert<Equal<typeof state, ConnectionState>>();
  switch (state.state) {
    case 'idle':
    case 'closed':
      return state.state;
    case 'connecting':
      return `attempt ${state.attempt}`;
    case 'open':
      return `since ${state.since}`;
    case 'waiting':
      client.connection.retry();
      return `until ${state.retryAt}`;
    case 'suspended':
    case 'unauthorised':
      return state.reason;
    default: {
      const nothing: never = state;
      return nothing;
    }
  }
}

assert<Equal<IsAny<Inputs>, false>>();
assert<Equal<IsAny<AppRouter>, false>>();
assert<Equal<IsAny<Inputs['messages']['send']>, false>>();
assert<Equal<Inputs['messages']['send']['content'], string>>();
assert<Equal<Outputs['messages']['send']['message'], Message>>();
assert<Equal<IsAny<ParleyClient['trpc']>, false>>();
assert<
  Equal<
    keyof ParleyClient['trpc'] & string,
    'auth' | 'users' | 'conversations' | 'messages' | 'receipts' | 'typing' | 'offers' | 'presence' | 'inbox'
  >
>();
