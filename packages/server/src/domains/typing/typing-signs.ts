/**
 * What this node says of who is writing. Every sign goes to all nodes with how long it lasts; of many that repeat one
 * another one goes in two seconds, and the last of them then, with what is left of its time.
 */
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

/** The latest sign of one person in one room that went out, while the next may have to wait. */
interface Sent {
  isTyping: boolean;
  /** One that repeats it, and when it came. */
  waiting: { sign: TypingSign; at: number } | undefined;
  timer: Disposable;
}

export class TypingSigns implements Disposable {
  readonly #clock: Clock;
  readonly #announce: Announce;
  /** By conversation and person, for two seconds each; bounded by the rate of typing. */
  readonly #sent = new Map<string, Sent>();

  constructor({ clock, announce }: { clock: Clock; announce: Announce }) {
    this.#clock = clock;
    this.#announce = announce;
  }

  give(sign: TypingSign): void {
    const key = `${sign.conversationId}|${sign.person.id}`;
    const sent = this.#sent.get(key);
    if (sent?.isTyping === sign.isTyping) sent.waiting = { sign, at: this.#clock.now() };
    else this.#send(key, sign, LIMITS.typingExpiryMs);
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#sent.values()) timer[Symbol.dispose]();
    this.#sent.clear();
  }

  #send(key: string, sign: TypingSign, leaseMs: number): void {
    this.#sent.get(key)?.timer[Symbol.dispose]();
    const timer = this.#clock.after(LIMITS.typingIntervalMs, () => this.#next(key));
    this.#sent.set(key, { isTyping: sign.isTyping, waiting: undefined, timer });
    const { conversationId, person, isTyping, after } = sign;
    const payload = { userId: person.id, username: person.username, conversationId, isTyping };
    this.#announce.toRoom(conversationId, 'typing', payload, {
      except: person.id,
      ...(after !== undefined && { after }),
      ...(isTyping && { leaseMs }),
    });
  }

  #next(key: string): void {
    const waiting = this.#sent.get(key)?.waiting;
    this.#sent.delete(key);
    if (waiting?.sign.isTyping !== true) return;
    this.#send(key, waiting.sign, LIMITS.typingExpiryMs - (this.#clock.now() - waiting.at));
  }
}
