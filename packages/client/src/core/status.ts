import type { ParleyClientError } from './errors.ts';

/**
 * - `idle`: nothing is asked for, since there is no id
 * - `loading`: on the way for the first time
 * - `ready`: there, and followed; it stays so while the connection is away (see `connection` for that)
 * - `failed`: for good, with `error`, for example `not_a_participant`
 */
export type Status = 'idle' | 'loading' | 'ready' | 'failed';

/** Where a list that is loaded page by page has come to. A page that failed leaves what is there. */
export interface Paging {
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  /** Why the last page did not come; null once one is asked for again. */
  readonly error: ParleyClientError | null;
}
