/** One event of one topic as it travels: encoded once, whatever the number of readers. */
export interface Frame {
  /** Null for an ephemeral event. */
  readonly seq: number | null;
  /** The event's type, so that a hub need not decode. */
  readonly type: string;
  /** `{ type, payload }` as JSON … */
  readonly body: string;
  /** … and superjson's annotations of `{ data: { type, payload } }` as JSON, where there are any: as readers are told it. */
  readonly meta?: string | undefined;
  /** A person who is not told: typing never goes to its own sender. */
  readonly except?: string;
  /**
   * Of an ephemeral event of a room: the seq of the newest durable one that its sender knew of. Nobody is told before
   * they have read that far.
   */
  readonly after?: number;
  /** Of `typing`: how long it lasts without another sign, in milliseconds. */
  readonly leaseMs?: number;
}
