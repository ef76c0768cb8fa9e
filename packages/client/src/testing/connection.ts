/** Who is at the other end of a socket or a request, until when, and what ends with it. */
import type { ErrorReason } from '@parley/contract';
import { Refusal } from '@parley/server/rules';

import type { Identity } from './domains/auth.ts';
import type { World } from './world.ts';

/** A client is told to reconnect this long before its token expires, where that had at least twice as long to live. */
const NUDGE_MS = 20_000;

export type Authentication = Identity | { readonly person: undefined; readonly refusal: ErrorReason };

export interface ConnectionOptions {
  world: World;
  /** Which client's; undefined for calls that go over no network, which no fault concerns. */
  owner: object | undefined;
  /** The token expires soon. */
  nudge?: () => void;
  /** The connection was ended: what waits is told, then it closes. */
  ended?: (reason: ErrorReason) => void;
}

export class Connection {
  readonly id: string;
  readonly owner: object | undefined;
  subscriptions = 0;
  /** Its peer may come again in a moment: it has not left by itself. */
  isLost = false;
  readonly #options: ConnectionOptions;
  readonly #controller = new AbortController();
  #authentication: Authentication = { person: undefined, refusal: 'unauthenticated' };
  #life: Disposable[] = [];
  #isCounted = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.id = options.world.newId('request');
    this.owner = options.owner;
  }

  /** Aborted with a refusal when it is ended, and when its peer has gone. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  authentication(): Authentication {
    const known = this.#authentication;
    if (known.person === undefined || known.expiresAt > this.#options.world.clock.now()) return known;
    return { person: undefined, refusal: 'token_expired' };
  }

  settle(authentication: Authentication): void {
    this.#authentication = authentication;
  }

  /** Counts as a presence of its person until it closes, and does not outlive its token. */
  enter(): void {
    const known = this.authentication();
    if (known.person === undefined || this.#isCounted) return;
    this.#isCounted = true;
    this.#options.world.roster.connected(known.person.id);
    this.#options.world.auth.connections.add(this);
    this.#lasts(known.expiresAt);
  }

  /** Extends it to another token of the same person; returns until when. */
  renew(accessToken: string): Date {
    const next = this.#options.world.auth.verify(accessToken);
    const present = this.authentication();
    if (present.person === undefined) throw new Refusal(present.refusal);
    if (next.person.id !== present.person.id) {
      throw new Refusal('token_invalid', { message: 'The token names someone else' });
    }
    this.#authentication = next;
    if (this.#isCounted) this.#lasts(next.expiresAt);
    return new Date(next.expiresAt);
  }

  /** Ends every subscription with the refusal; the rest is up to whoever carries it. */
  end(reason: ErrorReason): void {
    if (this.signal.aborted) return;
    this.#forget();
    this.#authentication = { person: undefined, refusal: reason };
    this.#controller.abort(new Refusal(reason));
    this.#options.ended?.(reason);
  }

  closed(isLost: boolean): void {
    this.isLost = isLost;
    this.#forget();
    if (!this.signal.aborted) this.#controller.abort(new Refusal('unavailable'));
  }

  #lasts(until: number): void {
    for (const timer of this.#life) timer[Symbol.dispose]();
    const { clock } = this.#options.world;
    const left = until - clock.now();
    this.#life = [clock.after(left, () => this.end('token_expired'))];
    const { nudge } = this.#options;
    if (nudge !== undefined && left > 2 * NUDGE_MS) this.#life.push(clock.after(left - NUDGE_MS, nudge));
  }

  #forget(): void {
    for (const timer of this.#life.splice(0)) timer[Symbol.dispose]();
    const { person } = this.#authentication;
    if (this.#isCounted && person !== undefined) this.#options.world.roster.disconnected(person.id);
    this.#options.world.auth.connections.delete(this);
    this.#isCounted = false;
  }
}
