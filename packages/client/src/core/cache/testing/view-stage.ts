import type { CacheAction } from '../action.ts';
import { NOTHING_PENDING } from '../pending.ts';
import { emptyCache, reduce } from '../reduce.ts';
import type { CacheState } from '../state.ts';
import { inboxViewer } from '../views-list.ts';
import { conversationViewer, NOT_LOADING, type RoomProgress } from '../views.ts';
import { ME, roomAction, SmallTalk, type Step } from './small-talk.ts';

export const ID = 'talk';
export const READY: RoomProgress = {
  status: 'ready',
  error: null,
  olderMessages: NOT_LOADING,
  olderOffers: NOT_LOADING,
  gap: NOT_LOADING,
};

/** A room that is open, and what happens in it. */
export class Stage {
  readonly talk = new SmallTalk(ID);
  readonly view = conversationViewer(ID, {
    moveOffer: () => Promise.reject(new Error('not in this test')),
    loadGap: () => Promise.resolve(),
  });
  readonly inbox = inboxViewer();
  state: CacheState = reduce(emptyCache(null), { type: 'me', userId: ME });
  #told = 0;

  /** Opens it after these steps. */
  static after(...steps: readonly Step[]): Stage {
    const stage = new Stage();
    for (const step of steps) stage.talk.take(step);
    const { talk } = stage;
    stage.apply(roomAction(talk.head, { conversation: talk, messages: talk, offers: talk }));
    stage.#told = talk.room.length;
    return stage;
  }

  apply(...actions: readonly CacheAction[]): void {
    this.state = actions.reduce(reduce, this.state);
  }

  take(...steps: readonly Step[]): void {
    for (const step of steps) this.talk.take(step);
    const told = this.talk.room.slice(this.#told);
    this.#told = this.talk.room.length;
    this.apply(
      ...told.map(({ seq, event }) => ({ type: 'room-event' as const, conversationId: ID, seq, event })),
    );
  }

  show(pending = NOTHING_PENDING, progress = READY) {
    return this.view(this.state, pending, progress);
  }

  list() {
    return this.inbox(this.state, { status: 'ready', error: null, more: NOT_LOADING });
  }
}
