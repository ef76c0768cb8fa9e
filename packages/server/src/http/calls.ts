/**
 * What one socket has asked for and not heard the end of. It bounds the calls under way, keeps two with the same id
 * apart, and says when nothing is left, so that a socket can be closed without cutting off an answer.
 */
import type { CallId } from '../core/connection.ts';
import { excluding, has, including, NONE, sizeOf, type Few } from '../core/few.ts';

export class Calls {
  /** Queries and mutations without a reply, … */
  #asking: Few<CallId> = NONE;
  /** … subscriptions that have not started, and those that have. */
  #starting: Few<CallId> = NONE;
  #subscribed: Few<CallId> = NONE;
  readonly #limit: number;

  /** `limit`: calls that may wait for their first reply. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Calls without a reply, and subscriptions that have not started. */
  get pending(): number {
    return sizeOf(this.#asking) + sizeOf(this.#starting);
  }

  /** Everything that has not ended, subscriptions that have started included. */
  get open(): number {
    return this.pending + sizeOf(this.#subscribed);
  }

  /** Takes a call in, unless its id is in use or too many wait already. */
  admit(id: CallId, subscription: boolean): 'admitted' | 'duplicate' | 'too_many' {
    if (has(this.#asking, id) || has(this.#starting, id) || has(this.#subscribed, id)) return 'duplicate';
    if (this.pending >= this.#limit) return 'too_many';
    if (subscription) this.#starting = including(this.#starting, id);
    else this.#asking = including(this.#asking, id);
    return 'admitted';
  }

  /** Notes a reply: `value` is a result, or one of many of a subscription. */
  replied(id: CallId, reply: 'started' | 'value' | 'end'): void {
    this.#asking = excluding(this.#asking, id);
    if (reply === 'value') return;
    if (reply === 'end') this.#subscribed = excluding(this.#subscribed, id);
    else if (has(this.#starting, id)) this.#subscribed = including(this.#subscribed, id);
    this.#starting = excluding(this.#starting, id);
  }
}
