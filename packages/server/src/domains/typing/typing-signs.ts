/**
 * What this node says of who is writing. Every sign goes to all nodes with how long it lasts, in the room and in the
 * inboxes of its people; of many that repeat one another one goes in two seconds, and the last of them then, with what
 * is left of its time. A sign never overtakes one of the same person in the same room.
 */
import type { Typing } from '@parley/contract';
import { LIMITS } from '@parley/contract/schemas';

import type { Announce } from '../../core/announce.ts';
import type { Caller } from '../../core/caller.ts';
import type { Clock } from '../../core/clock.ts';

export interface TypingSign {
  conversationId: string;
  person: Pick<Caller, 'id' | 'username'>;
  isTyping: boolean;
  /** The newest event of the conversation that is known: nobody is told before they have read that far. */
  after?: number | undefined;
}

export interface TypingSignsParts {
  clock: Clock;
  announce: Pick<Announce, 'toRoom' | 'toInboxes'>;
  /** Whose inboxes are told of a conversation; the writer's own may be among them, and is not told. */
  inboxesOf: (conversationId: string) => Promise<readonly string[]>;
}

/** The latest sign of one person in one room that went out, while the next may have to wait. */
interface Sent {
  isTyping: boolean;
  /** One that repeats it, and when it came. */
  waiting: { sign: TypingSign; at: number } | undefined;
  timer: Disposable;
  /** Resolves when the inboxes have been told. */
  told: Promise<void>;
}

export class TypingSigns implements Disposable {
  readonly #clock: Clock;
  readonly #announce: TypingSignsParts['announce'];
  readonly #inboxesOf: TypingSignsParts['inboxesOf'];
  /** By conversation and person, for two seconds each; bounded by the rate of typing. */
  readonly #sent = new Map<string, Sent>();
  #disposed = false;

  constructor({ clock, announce, inboxesOf }: TypingSignsParts) {
    this.#clock = clock;
    this.#announce = announce;
    this.#inboxesOf = inboxesOf;
  }

  give(sign: TypingSign): void {
    const key = `${sign.conversationId}|${sign.person.id}`;
    const sent = this.#sent.get(key);
    if (sent?.isTyping === sign.isTyping) sent.waiting = { sign, at: this.#clock.now() };
    else this.#send(key, sign, LIMITS.typingExpiryMs);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const { timer } of this.#sent.values()) timer[Symbol.dispose]();
    this.#sent.clear();
  }

  #send(key: string, sign: TypingSign, leaseMs: number): void {
    const before = this.#sent.get(key);
    before?.timer[Symbol.dispose]();
    const { conversationId, person, isTyping, after } = sign;
    const payload = { userId: person.id, username: person.username, conversationId, isTyping };
    const lease = isTyping ? { leaseMs } : {};
    this.#announce.toRoom(conversationId, 'typing', payload, {
      except: person.id,
      ...(after !== undefined && { after }),
      ...lease,
    });
    this.#sent.set(key, {
      isTyping,
      waiting: undefined,
      timer: this.#clock.after(LIMITS.typingIntervalMs, () => this.#next(key)),
      told: (before?.told ?? Promise.resolve()).then(() => this.#tellInboxes(payload, lease)),
    });
  }

  async #tellInboxes(payload: Typing, lease: { leaseMs?: number }): Promise<void> {
    try {
      const people = await this.#inboxesOf(payload.conversationId);
      if (this.#disposed) return;
      const others = people.filter((id) => id !== payload.userId);
      await this.#announce.toInboxes(others, 'typing', payload, lease);
    } catch {
      // Without the database nobody knows whose they are; the next sign asks again.
    }
  }

  #next(key: string): void {
    const waiting = this.#sent.get(key)?.waiting;
    if (waiting?.sign.isTyping === true)
      this.#send(key, waiting.sign, LIMITS.typingExpiryMs - (this.#clock.now() - waiting.at));
    else this.#sent.delete(key);
  }
}
