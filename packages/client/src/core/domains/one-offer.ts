import type { Id } from '@parley/contract';

import { keep } from '../cache/keep.ts';
import type { Core } from '../core.ts';
import type { ParleyClientError } from '../errors.ts';
import type { LiveOfferView } from '../live-client.ts';
import { Source, watchView, type Subscribable } from '../subscribable.ts';
import type { Room } from './room.ts';

/** One offer, wherever it is: the server is asked for its conversation where that is not known here. */
export class OneOffer implements Subscribable<LiveOfferView> {
  readonly #core: Core;
  readonly #id: Id;
  readonly #error = new Source<ParleyClientError | null>(null);
  /** Where it was found. */
  #place: Room | undefined;
  #watchers = 0;
  #view: LiveOfferView = { status: 'loading', error: null, offer: null };

  constructor(core: Core, id: Id) {
    this.#core = core;
    this.#id = id;
  }

  get isWatched(): boolean {
    return this.#watchers > 0;
  }

  readonly getSnapshot = (): LiveOfferView => {
    const room = (this.#place ?? this.#room())?.getSnapshot();
    const offer = room?.offers.find(({ id }) => id === this.#id) ?? null;
    const error = offer === null ? (this.#error.getSnapshot() ?? room?.error ?? null) : null;
    const status = offer !== null ? 'ready' : error !== null ? 'failed' : 'loading';
    return (this.#view = keep(this.#view, { status, error, offer }));
  };

  readonly subscribe = (listener: () => void): (() => void) =>
    watchView(this, listener, [
      this.#error.subscribe,
      (changed) => {
        const core = this.#core;
        let isOver = false;
        let leave = () => {};
        const follow = (room: Room) => {
          this.#place = room;
          leave();
          if (isOver) return;
          leave = room.watchOffer({ id: this.#id, refused: this.#refused }, changed);
          changed();
        };
        const find = () => {
          if (this.#error.getSnapshot() !== null) return;
          const known = this.#room();
          if (known !== undefined) return follow(known);
          core
            .call(({ offers }) => offers.get.query({ offerId: this.#id }))
            .then((offer) => {
              follow(core.conversation(offer.conversationId));
              // Where the room is there already, it may be older than the page that came with it.
              core.store.dispatch({ type: 'offer', offer });
            }, this.#refused);
        };
        this.#watchers += 1;
        this.resume();
        const end = this.#error.subscribe(find);
        find();
        return () => {
          if (!isOver) this.#watchers -= 1;
          isOver = true;
          end();
          leave();
        };
      },
    ]);

  readonly #refused = (error: ParleyClientError): void => this.#error.set(error);

  /** Where it was refused: looks for it again. */
  resume(): void {
    this.#error.set(null);
  }

  #room(): Room | undefined {
    for (const { id, room } of this.#core.store.cache.conversations.values())
      if (room?.offers.some((offer) => offer.id === this.#id) === true) return this.#core.conversation(id);
    return undefined;
  }
}
