/**
 * Offers end by the database's clock, also those whose time passed while every node was down. Each is looked at again
 * under its room's lock, so it expires once however many nodes sweep, and never after it was answered.
 */
import type { Offer } from '@parley/contract';

import type { Services } from '../../core/services.ts';
import { participantIds } from '../conversations/membership.ts';
import { changeOffer, type Deal } from './changes.ts';
import { findDue, findOffer, type DueOffer } from './store.ts';

/** How often offers are looked at, in milliseconds. */
const SWEEP_MS = 1_000;
/** Overdue offers that one query finds. */
const SWEEP_PAGE = 100;

/** Whether an offer can still be answered only because nobody has looked at the clock. */
export function isOverdue({ status, expiresAt }: Offer, now: Date): boolean {
  return status === 'pending' && expiresAt !== null && expiresAt <= now;
}

/** Ends an overdue offer. */
export function expireOffer(deal: Deal, offer: Offer): Promise<Offer> {
  return changeOffer(deal, offer, { status: 'expired', completedBy: offer.completedBy, by: undefined });
}

/** Expires offers, at once and then every second, until disposed. */
export class OfferClock implements Disposable, AsyncDisposable {
  readonly #services: Pick<Services, 'db' | 'commit' | 'log'>;
  readonly #pageSize: number;
  readonly #timer: Disposable;
  #sweeping: Promise<number> | undefined;
  #stopped = false;

  constructor(
    services: Pick<Services, 'db' | 'commit' | 'log' | 'clock'>,
    { sweepMs = SWEEP_MS, pageSize = SWEEP_PAGE }: { sweepMs?: number; pageSize?: number } = {},
  ) {
    this.#services = services;
    this.#pageSize = pageSize;
    this.#timer = services.clock.every(sweepMs, () => void this.sweep());
    void this.sweep();
  }

  /**
   * Expires what is overdue now, and returns how many offers that were. Joins the sweep that is under way.
   * Never rejects: what fails is logged and tried again by the next sweep.
   */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#sweep().finally(() => (this.#sweeping = undefined));
    return this.#sweeping;
  }

  /** Stops, without waiting for the offer that is being expired. */
  [Symbol.dispose](): void {
    this.#stopped = true;
    this.#timer[Symbol.dispose]();
  }

  /** Stops, and waits for the offer that is being expired: the database may be closed afterwards. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    await this.#sweeping;
  }

  async #sweep(): Promise<number> {
    const { db, log } = this.#services;
    let expired = 0;
    try {
      let page: DueOffer[] = [];
      do {
        // One that fails is passed over until the next sweep, and holds up no other.
        page = await findDue(db, { after: page.at(-1), limit: this.#pageSize });
        for (const due of page) {
          if (this.#stopped) return expired;
          if (await this.#expire(due)) expired += 1;
        }
      } while (page.length === this.#pageSize);
    } catch (error) {
      log.error({ err: error }, 'overdue offers could not be looked for');
    }
    return expired;
  }

  async #expire({ id, conversationId }: DueOffer): Promise<boolean> {
    const { commit, log } = this.#services;
    try {
      const expired = await commit(conversationId, async (scope) => {
        const { room } = scope;
        const offer = await findOffer(scope.tx, id);
        if (offer === undefined || !isOverdue(offer, room.now)) return false;
        const present = new Set(await participantIds(scope.tx, conversationId, offer.createdAt));
        await expireOffer({ scope, room, present }, offer);
        return true;
      });
      if (expired) log.debug({ offerId: id, conversationId }, 'offer expired');
      return expired;
    } catch (error) {
      log.error({ err: error, offerId: id, conversationId }, 'offer could not be expired');
      return false;
    }
  }
}
