/** A client of sources that a test sets by hand: for what is a hook's own logic, which needs no server. */
import type { Id, Message, Offer, Session } from '@parley/contract';
import type { ReactNode } from 'react';

import type { ParleyClient } from '../../client.ts';
import type { ConnectionState } from '../../core/connection.ts';
import type { ConversationView, ParticipantView } from '../../core/domains/conversation.ts';
import type { InboxView } from '../../core/domains/inbox.ts';
import type { MessageView } from '../../core/domains/message.ts';
import type { OfferView } from '../../core/domains/offer.ts';
import type { PresenceView } from '../../core/domains/presence.ts';
import type { LiveOfferView } from '../../core/live-client.ts';
import type { Outgoing } from '../../core/outbox/entry.ts';
import { Source, type Subscribable } from '../../core/subscribable.ts';
import { ParleyProvider } from '../index.ts';

/** A value that a test sets, which knows how many watch it. */
export class Watched<Value> implements Subscribable<Value> {
  watchers = 0;
  readonly #source: Source<Value>;

  constructor(value: Value) {
    this.#source = new Source(value);
  }

  readonly getSnapshot = (): Value => this.#source.getSnapshot();

  readonly subscribe = (listener: () => void): (() => void) => {
    const leave = this.#source.subscribe(listener);
    this.watchers += 1;
    return () => {
      leave();
      this.watchers -= 1;
    };
  };

  set(value: Value): void {
    this.#source.set(value);
  }

  change(part: Partial<Value>): void {
    this.set({ ...this.getSnapshot(), ...part });
  }
}

const READY = { status: 'ready', error: null } as const;
const NO_PAGES = { hasMore: false, isLoading: false, error: null };
const NOW = new Date('2026-05-01T12:00:00Z');

export const ANA = { id: 'ana', username: 'ana', avatar: null, displayName: null };
export const BEN = { id: 'ben', username: 'ben', avatar: null, displayName: null };

export const SESSION: Session = {
  user: { ...ANA, email: 'ana@parley.test', createdAt: NOW },
  accessToken: 'access',
  accessTokenExpiresAt: NOW,
  refreshToken: 'refresh',
};

export function participant(part: Partial<ParticipantView> = {}): ParticipantView {
  return {
    user: BEN,
    role: 'member',
    readSeq: 0,
    readAt: null,
    deliveredSeq: 0,
    online: false,
    isMe: false,
    typing: false,
    lastSeenAt: null,
    ...part,
  };
}

export function message(seq: number, part: Partial<MessageView> = {}): MessageView {
  return {
    id: `m${seq}`,
    key: `m${seq}`,
    seq,
    conversationId: 'talk',
    userId: BEN.id,
    user: BEN,
    content: `message ${seq}`,
    attachments: [],
    replyToId: null,
    clientId: null,
    createdAt: NOW,
    reactions: [],
    editedAt: null,
    deletedAt: null,
    isMine: false,
    delivery: null,
    error: null,
    ...part,
  };
}

/** A pending offer to oneself; its one move that a test may call is told to `accepted`. */
export function offer(id: Id, expiresAt: Date | null = null, accept = () => Promise.resolve({} as Offer)) {
  return {
    id,
    conversationId: 'talk',
    authorId: BEN.id,
    recipientId: ANA.id,
    title: `offer ${id}`,
    terms: '',
    amount: null,
    currency: null,
    version: 1,
    parentOfferId: null,
    expiresAt,
    completedBy: [],
    createdAt: NOW,
    updatedAt: NOW,
    pending: null,
    status: 'pending',
    role: 'recipient',
    moves: { accept, decline: accept, counter: accept },
  } satisfies OfferView;
}

const NEW_ROOM: ConversationView = {
  status: 'loading',
  error: null,
  conversation: null,
  participants: [],
  messages: [],
  olderMessages: NO_PAGES,
  gap: null,
  offers: [],
  olderOffers: NO_PAGES,
  typing: [],
};

export const ROOM: ConversationView = {
  ...NEW_ROOM,
  ...READY,
  conversation: {
    id: 'talk',
    kind: 'direct',
    title: 'A talk',
    subject: null,
    createdAt: NOW,
  },
  participants: [participant({ user: ANA, isMe: true }), participant()],
  messages: [message(1)],
};

/** A conversation whose verbs do nothing but tell that they were called. */
export class Room extends Watched<ConversationView> {
  readonly calls: string[] = [];
  readonly #tell =
    (verb: string) =>
    (...args: unknown[]) => {
      this.calls.push(`${verb} ${JSON.stringify(args)}`);
      return Promise.resolve({} as Message & Offer);
    };

  readonly send = this.#tell('send');
  readonly retry = this.#tell('retry');
  readonly discard = this.#tell('discard');
  readonly edit = this.#tell('edit');
  readonly remove = this.#tell('remove');
  readonly react = this.#tell('react');
  readonly typing = this.#tell('typing');
  readonly read = this.#tell('read');
  readonly loadOlder = this.#tell('loadOlder');
  readonly loadOlderOffers = this.#tell('loadOlderOffers');
  readonly jumpTo = this.#tell('jumpTo');
  readonly createOffer = this.#tell('createOffer');
  readonly rename = this.#tell('rename');
  readonly addMembers = this.#tell('addMembers');
  readonly removeMember = this.#tell('removeMember');
  readonly setRole = this.#tell('setRole');
  readonly leave = this.#tell('leave');
}

class InboxOnStage extends Watched<InboxView> {
  readonly loadMore = () => Promise.resolve();
  readonly create = () => Promise.reject(new Error('not on this stage'));
}

class ConnectionOnStage extends Watched<ConnectionState> {
  retries = 0;
  readonly retry = () => {
    this.retries += 1;
  };
}

export class Stage {
  readonly rooms = new Map<Id, Room>();
  readonly offers = new Map<Id, Watched<LiveOfferView>>();
  readonly presences = new Map<string, Watched<PresenceView>>();
  readonly inbox = new InboxOnStage({
    ...READY,
    conversations: [],
    more: NO_PAGES,
    unread: null,
  });
  readonly connection = new ConnectionOnStage({ state: 'idle' });
  readonly session = new Watched<Session | null>(null);
  readonly outbox = new Watched<readonly Outgoing[]>([]);
  signIn: () => Promise<Session> = () => Promise.resolve(SESSION);

  readonly room = (id: Id, view = NEW_ROOM): Room => made(this.rooms, id, () => new Room(view));

  readonly client = {
    conversation: (id: Id) => this.room(id),
    offer: (id: Id) =>
      made(this.offers, id, () => new Watched<LiveOfferView>({ ...READY, status: 'loading', offer: null })),
    presence: (userIds: readonly Id[]) =>
      made(
        this.presences,
        userIds.join(' '),
        () => new Watched<PresenceView>({ ...READY, presence: new Map() }),
      ),
    inbox: this.inbox,
    connection: this.connection,
    session: this.session,
    outbox: this.outbox,
    signIn: () => this.signIn(),
    register: () => this.signIn(),
    signOut: () => Promise.resolve(this.session.set(null)),
  } as unknown as ParleyClient;

  readonly wrapper = ({ children }: { children: ReactNode }) => (
    <ParleyProvider client={this.client}>{children}</ParleyProvider>
  );
}

function made<Key, Value>(all: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = all.get(key) ?? make();
  all.set(key, value);
  return value;
}
