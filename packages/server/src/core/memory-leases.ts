import type { Leases, LeaseSpace, NodeLease } from './leases.ts';

/** The lease of the only node there is: it never ends. */
export class MemoryLease implements NodeLease {
  readonly isShared = true;
  readonly #spaces = new Map<LeaseSpace, Leases>();

  space(name: LeaseSpace): Leases {
    const space = this.#spaces.get(name) ?? createSpace();
    this.#spaces.set(name, space);
    return space;
  }

  /** Never. */
  onLost(_listener: () => void): void {
    // There is nobody to take it for dead.
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

function createSpace(): Leases {
  const keys = new Set<string>();
  return {
    isShared: true,
    enter(key) {
      keys.add(key);
      return Promise.resolve(true);
    },
    leave(key) {
      keys.delete(key);
      return Promise.resolve(true);
    },
    held: (asked) => Promise.resolve(new Set(asked.filter((key) => keys.has(key)))),
    all: () => Promise.resolve([...keys]),
    onExpired: () => undefined,
    onReaped: () => undefined,
    onShared: () => undefined,
  };
}
