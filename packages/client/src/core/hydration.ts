/** What one client has loaded, for another one of the same person to go on from: of a server's page, in the browser. */
import type { Seq } from '@parley/contract';

import type { CacheState } from './cache/state.ts';
import { deserialize, serialize, type Serialized } from './superjson.ts';

/** Safe to be made JSON of. What is in it is for `hydrate` alone. */
export type Dehydrated = Serialized;

export interface Kept {
  readonly cache: CacheState;
  /** Where the inbox goes on; each room has its own. */
  readonly inbox: Seq | null;
}

export const dehydrate = (kept: Kept): Dehydrated => serialize(kept);

export const hydrate = (dehydrated: Dehydrated): Kept => deserialize(structuredClone(dehydrated)) as Kept;
