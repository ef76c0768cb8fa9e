/**
 * What one socket has asked for and not heard the end of. It bounds the calls under way, keeps two with the same id
 * apart, and says when nothing is left, so that a socket can be closed without cutting off an answer.
 */
import type { CallId } from '../core/connection.ts';

type State = 'call' | 'starting' | 'subscribed';

export class Calls {
  readonly #states = new Map<CallId, State>();
  readonly #limit: number;
  #pending = 0;

  /** `limit`: calls that may wait for their first reply. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Calls without a reply, and subscriptions that have not started. */
  get pending(): number {
    return this.#pending;
  }

  /** Everything that has not ended, subscriptions that have started included. */
  get open(): number {
    return this.#states.size;
  }

  /** Takes a call in, unless its id is in use or too many wait already. */
  admit(id: CallId, subscription: boolean): 'admitted' | 'duplicate' | 'too_many' {
    if (this.#states.has(id)) return 'duplicate';
    if (this.#pending >= this.#limit) return 'too_many';
    this.#states.set(id, subscription ? 'starting' : 'call');
    this.#pending += 1;
    return 'admitted';
  }

  /** Notes a reply: `value` is a result, or one of many of a subscription. */
  replied(id: CallId, reply: 'started' | 'value' | 'end'): void {
    const state = this.#states.get(id);
    if (state === undefined || (reply === 'value' && state !== 'call')) return;
    if (state !== 'subscribed') this.#pending -= 1;
    if (reply === 'started') this.#states.set(id, 'subscribed');
    else this.#states.delete(id);
  }
}
