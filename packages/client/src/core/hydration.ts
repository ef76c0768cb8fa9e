/** What one client has loaded, for another one of the same person to go on from: of a server's page, in the browser. */
import type { Id, Seq } from '@parley/contract';

import type { CacheState } from './cache/state.ts';
import { deserialize, serialize, type Serialized } from './superjson.ts';

/** Safe to be made JSON of. What is in it is for `hydrate` alone. */
export type Dehydrated = Serialized;

export interface Kept {
  readonly cache: CacheState;
  /** Where the inbox goes on; each room has its own. */
  readonly inbox: Seq | null;
}

export interface DehydrateOptions {
  /** Leaves out what is true only now, who is there and who is writing: for what is kept for another day. */
  readonly lasting?: boolean | undefined;
}

export const dehydrate = ({ cache, inbox }: Kept, { lasting = false }: DehydrateOptions = {}): Dehydrated =>
  serialize({ cache: lasting ? lastingOf(cache) : cache, inbox });

function lastingOf(cache: CacheState): CacheState {
  const conversations = [...cache.conversations].map(
    ([id, one]) => [id, { ...one, typing: new Set<Id>() }] as const,
  );
  return { ...cache, presence: new Map(), conversations: new Map(conversations) };
}

export const hydrate = (dehydrated: Dehydrated): Kept => deserialize(structuredClone(dehydrated)) as Kept;
