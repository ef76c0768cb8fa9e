import type { ErrorShape } from './error-shape.ts';
import type { RateName } from './rate-limit.ts';

/** What a procedure says of itself. */
export interface Meta {
  /** The rate that its calls count against; by default `write` for mutations, `read` for queries. */
  rate?: RateName;
}

/** What clients see of the tRPC root: the server's context is erased. */
export interface PublicRoot {
  ctx: object;
  meta: Meta;
  errorShape: ErrorShape;
  transformer: true;
}
