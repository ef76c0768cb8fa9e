/**
 * What the nodes of one deployment hold: people who are connected, rooms that are open. The law of every
 * implementation:
 *
 * 1. A key is held by this node from `enter` to `leave`, however often either is asked.
 * 2. `enter` says whether no other node holds the key, `leave` whether none holds it any more. Over all nodes both happen
 *    one after the other: of two that enter at once one is the first, of two that leave at once one is the last.
 * 3. What a node held that has died is held for the length of its lease; then exactly one living node is told of those
 *    keys that nobody else holds. It holds them in the dead one's place, and gives each back with `leave`.
 * 4. A node that stops in good order leaves what it holds to the others in the same way, after a short grace.
 * 5. Nothing throws, and nothing takes long. While there is no way to the other nodes the answers are this node's own
 *    view (`isShared` is false), what it holds is told to them when there is one again, and once they had the time
 *    to do the same `onShared` calls.
 */
export interface Leases {
  readonly isShared: boolean;
  enter(key: string): Promise<boolean>;
  leave(key: string): Promise<boolean>;
  /** Those of `keys` that any node holds. */
  held(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Everything that any node holds. */
  all(): Promise<string[]>;
  /** Is given what this node holds now in the place of one that died, and when that one's lease ended. */
  onExpired(listener: (keys: string[], endedAt: Date) => void): void;
  /** Called when the others have taken this node for dead, and over what it held: it holds nothing any more. */
  onReaped(listener: () => void): void;
  /** Called when the others know again what this node holds, and the other way round. */
  onShared(listener: () => void): void;
}

/** The lease of one node, and what it holds under it: each space has keys of its own. */
export interface NodeLease extends AsyncDisposable {
  /** Whether the others know what this node holds, and the other way round. */
  readonly isShared: boolean;
  space(name: LeaseSpace): Leases;
  /** Called when this node did not live as long as its lease, and lives again: its connections are not to be trusted. */
  onLost(listener: () => void): void;
}

export const LEASE_SPACES = ['presence', 'visits'] as const;
export type LeaseSpace = (typeof LEASE_SPACES)[number];
