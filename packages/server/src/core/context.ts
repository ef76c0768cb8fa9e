import type { ErrorReason } from '@parley/contract';

import type { Identity } from './authenticator.ts';
import type { Connection } from './connection.ts';
import type { Services } from './services.ts';

/** A caller, or why there is none: creating a context never throws, the middleware refuses. */
export type Authentication = Identity | { caller: undefined; refusal: ErrorReason };

export interface Context {
  readonly requestId: string;
  readonly ip: string;
  readonly connection: Connection;
  readonly services: Services;
  /** Asked anew at each call: a connection can be renewed, expire or lose its person. */
  authentication(): Authentication;
  /** Extends a live connection; returns until when. Refuses another person's token. */
  renew(accessToken: string): Promise<Date>;
}
