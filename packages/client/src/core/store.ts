import type { Id } from '@parley/contract';

import type { CacheAction } from './cache/action.ts';
import { NOTHING_PENDING, type Pending } from './cache/pending.ts';
import { emptyCache, reduce } from './cache/reduce.ts';
import type { CacheState } from './cache/state.ts';
import { Source } from './subscribable.ts';

export interface Stored {
  readonly cache: CacheState;
  readonly pending: Pending;
}

type Kind = keyof Pending;

/** What the server has told, and what one has asked of it: one value, so that no view mixes two moments. */
export class Store extends Source<Stored> {
  constructor(cache: CacheState) {
    super({ cache, pending: NOTHING_PENDING });
  }

  get cache(): CacheState {
    return this.getSnapshot().cache;
  }

  /** Listeners are called once, after the last of them. */
  dispatch(...actions: readonly CacheAction[]): void {
    const stored = this.getSnapshot();
    const cache = actions.reduce(reduce, stored.cache);
    if (cache !== stored.cache) this.set({ ...stored, cache });
  }

  /** Shows an operation as pending until `call` is answered; then what it dispatched shows, or what was there before. */
  async during<K extends Kind, Answer>(
    kind: K,
    operation: Pending[K][number],
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    this.pend(kind, [...this.getSnapshot().pending[kind], operation] as unknown as Pending[K]);
    try {
      return await call();
    } finally {
      const rest = (this.getSnapshot().pending[kind] as readonly unknown[]).filter(
        (one) => one !== operation,
      );
      this.pend(kind, rest as unknown as Pending[K]);
    }
  }

  pend<K extends Kind>(kind: K, operations: Pending[K]): void {
    const stored = this.getSnapshot();
    this.set({ ...stored, pending: { ...stored.pending, [kind]: operations } });
  }

  /** Another person's, or nobody's: nothing of the one before stays. */
  forget(myId: Id | null): void {
    this.set({ cache: emptyCache(myId), pending: NOTHING_PENDING });
  }
}
