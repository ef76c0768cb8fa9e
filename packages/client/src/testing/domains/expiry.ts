import type { MadeOffer, Talk, World } from '../world.ts';
import { expireOffer } from './offers.ts';

/** Ends offers when their time is over. */
export class OfferClock {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  watch(talk: Talk, made: MadeOffer): void {
    const { expiresAt } = made.offer;
    if (expiresAt === null) return;
    const left = expiresAt.getTime() - this.#world.clock.now();
    this.#world.clock.after(left, () => expireOffer(this.#world, talk, made));
  }
}
