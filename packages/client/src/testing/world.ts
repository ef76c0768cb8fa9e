/**
 * Everything that the in-memory server knows: people, conversations and their logs. The rules are in `domains/`; they
 * run in one turn of the event loop each, so that nothing comes between a change and its event.
 */
import type {
  ClientId,
  ConversationEvent,
  ConversationKind,
  Id,
  InboxEvent,
  Message,
  Offer,
  Role,
  Seq,
  User,
} from '@parley/contract';
import { Refusal } from '@parley/server/rules';

import { TestClock } from './clock.ts';
import { Auth } from './domains/auth.ts';
import { OfferClock } from './domains/expiry.ts';
import { Roster } from './domains/roster.ts';
import { Typing } from './domains/typing.ts';
import { Visits } from './domains/visits.ts';
import { Faults } from './faults.ts';
import type { Topic } from './topic.ts';

export interface Person {
  readonly id: Id;
  readonly user: User;
  readonly password: string;
  /** When their last connection ended. */
  lastSeenAt: Date | null;
  readonly inbox: Topic<InboxEvent>;
}

export interface Member {
  readonly person: Person;
  role: Role;
  /** They may see what comes after it. */
  readonly joinedSeq: Seq;
  readSeq: Seq;
  readAt: Date | null;
  deliveredSeq: Seq;
  unreadCount: number;
}

export interface MadeOffer {
  offer: Offer;
  /** Where in its conversation it was made. */
  readonly seq: Seq;
  readonly clientId: ClientId | undefined;
}

export interface Talk {
  readonly id: Id;
  readonly kind: ConversationKind;
  title: string | null;
  readonly subject: string | null;
  readonly createdBy: Id;
  readonly clientId: ClientId | undefined;
  readonly createdAt: Date;
  activityAt: Date;
  /** In the order in which they joined. */
  readonly members: Map<Id, Member>;
  /** In order of seq; each is replaced when it changes. */
  readonly messages: Message[];
  /** The oldest first. */
  readonly offers: MadeOffer[];
  readonly topic: Topic<ConversationEvent>;
}

/** Who may do something, and where. */
export interface Standing {
  readonly talk: Talk;
  readonly member: Member;
}

export class World implements Disposable {
  readonly clock: TestClock;
  readonly faults = new Faults();
  readonly people = new Map<Id, Person>();
  readonly talks = new Map<Id, Talk>();
  readonly auth = new Auth(this);
  readonly roster = new Roster(this);
  readonly visits = new Visits(this);
  readonly typing: Typing;
  readonly offerClock = new OfferClock(this);
  readonly #ids = new Map<string, number>();
  #stamped = -Infinity;

  constructor(now: () => number) {
    this.clock = new TestClock(now);
    this.typing = new Typing(this);
  }

  now(): Date {
    return new Date(this.clock.now());
  }

  /** When something takes effect: later than all that did before, so that what follows one another sorts so. */
  stamp(): Date {
    this.#stamped = Math.max(this.clock.now(), this.#stamped + 1);
    return new Date(this.#stamped);
  }

  /** Ids of a kind sort in the order in which they were made. */
  newId(kind: string): Id {
    const count = (this.#ids.get(kind) ?? 0) + 1;
    this.#ids.set(kind, count);
    return `${kind}-${String(count).padStart(6, '0')}`;
  }

  /** Refuses anyone else as if the conversation did not exist. */
  standing(userId: Id, conversationId: Id): Standing {
    const talk = this.talks.get(conversationId);
    const member = talk?.members.get(userId);
    if (talk === undefined || member === undefined) throw new Refusal('not_a_participant');
    return { talk, member };
  }

  talksOf(userId: Id): Talk[] {
    return [...this.talks.values()].filter(({ members }) => members.has(userId));
  }

  [Symbol.dispose](): void {
    this.typing[Symbol.dispose]();
    this.clock[Symbol.dispose]();
  }
}
