import type { Id, Presence } from '@parley/contract';

import type { ParleyClientError } from '../errors.ts';
import type { Status } from '../status.ts';

/** Who is there, of some people, live. */
export interface PresenceView {
  readonly status: Status;
  readonly error: ParleyClientError | null;
  /** Without those with whom one shares no conversation. */
  readonly presence: ReadonlyMap<Id, Presence>;
}
