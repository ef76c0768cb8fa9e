/** Who has a room open: `user-joined` at a person's first subscription, `user-left` after the last. */
import type { Connection } from '../connection.ts';
import type { Person, Talk, World } from '../world.ts';
import { PRESENCE_GRACE_MS } from './roster.ts';

interface Visit {
  /** Open subscriptions. */
  count: number;
  /** While whoever was cut off may come again. */
  leaving: Disposable | undefined;
}

export class Visits {
  readonly #world: World;
  readonly #visits = new Map<string, Visit>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Counts a subscription of a connection until disposed. */
  enter(talk: Talk, person: Person, connection: Connection): Disposable {
    const key = `${talk.id}|${person.id}`;
    const visit = this.#visits.get(key) ?? { count: 0, leaving: undefined };
    visit.leaving?.[Symbol.dispose]();
    visit.leaving = undefined;
    visit.count += 1;
    if (!this.#visits.has(key)) tell('user-joined', talk, person);
    this.#visits.set(key, visit);
    const leave = () => {
      this.#visits.delete(key);
      tell('user-left', talk, person);
    };
    return {
      [Symbol.dispose]: () => {
        visit.count -= 1;
        if (visit.count > 0) return;
        if (connection.isLost) visit.leaving = this.#world.clock.after(PRESENCE_GRACE_MS, leave);
        else leave();
      },
    };
  }
}

function tell(type: 'user-joined' | 'user-left', { id, topic }: Talk, { user }: Person): void {
  topic.tell({ type, payload: { userId: user.id, username: user.username, conversationId: id } }, user.id);
}
