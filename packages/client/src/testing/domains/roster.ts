/** Who is connected: one `online` and one `offline` per person, with a grace for whoever reconnects. */
import type { Id, Presence } from '@parley/contract';

import type { World } from '../world.ts';

/** How long someone without a connection still counts as online, in milliseconds. */
export const PRESENCE_GRACE_MS = 5_000;

interface Attendance {
  connections: number;
  /** While in grace. */
  leaving: Disposable | undefined;
  lastSeenAt: Date | null;
}

export class Roster {
  readonly #world: World;
  readonly #people = new Map<Id, Attendance>();

  constructor(world: World) {
    this.#world = world;
  }

  isOnline(userId: Id): boolean {
    return this.#people.has(userId);
  }

  connected(userId: Id): void {
    const known = this.#people.get(userId);
    if (known !== undefined) {
      known.connections += 1;
      known.leaving?.[Symbol.dispose]();
      known.leaving = undefined;
      return;
    }
    const lastSeenAt = this.#world.people.get(userId)?.lastSeenAt ?? null;
    this.#people.set(userId, { connections: 1, leaving: undefined, lastSeenAt });
    this.#tell({ userId, online: true, lastSeenAt });
  }

  disconnected(userId: Id): void {
    const known = this.#people.get(userId);
    if (known === undefined) return;
    known.connections -= 1;
    if (known.connections > 0) return;
    const lastSeenAt = this.#world.now();
    known.leaving = this.#world.clock.after(PRESENCE_GRACE_MS, () => {
      this.#people.delete(userId);
      const person = this.#world.people.get(userId);
      if (person !== undefined) person.lastSeenAt = lastSeenAt;
      this.#tell({ userId, online: false, lastSeenAt });
    });
  }

  /** In the rooms of a person, and to everyone in them. */
  #tell(payload: Presence): void {
    const talks = this.#world.talksOf(payload.userId);
    for (const { topic } of talks) topic.tell({ type: 'presence', payload }, payload.userId);
    const people = new Set(talks.flatMap(({ members }) => [...members.values()].map(({ person }) => person)));
    for (const { id, inbox } of people) {
      if (id !== payload.userId) inbox.tell({ type: 'presence', payload });
    }
  }
}
