/** Who has a room open on this node: `user-joined` at a person's first subscription, `user-left` after the last. */
import type { Announce } from '../../core/announce.ts';
import type { Caller } from '../../core/caller.ts';
import type { Logger } from '../../core/logger.ts';

declare module '../../core/services.ts' {
  interface Services {
    visits: Visits;
  }
}

export class Visits {
  readonly #announce: Announce;
  readonly #log: Logger;
  /** Open subscriptions by conversation, then by person; bounded by the connections' caps. */
  readonly #rooms = new Map<string, Map<string, number>>();

  constructor({ announce, log }: { announce: Announce; log: Logger }) {
    this.#announce = announce;
    this.#log = log;
  }

  /** Counts a subscription of a connection until disposed. */
  enter(conversationId: string, person: Caller, requestId: string): Disposable {
    const room = this.#rooms.get(conversationId) ?? new Map<string, number>();
    this.#rooms.set(conversationId, room);
    const before = room.get(person.id) ?? 0;
    room.set(person.id, before + 1);
    this.#log.info({ requestId, userId: person.id, conversationId }, 'joined');
    if (before === 0) this.#tell('user-joined', conversationId, person);
    return {
      [Symbol.dispose]: () => {
        this.#log.info({ requestId, userId: person.id, conversationId }, 'left');
        this.#leave(conversationId, person);
      },
    };
  }

  #leave(conversationId: string, person: Caller): void {
    const room = this.#rooms.get(conversationId);
    if (room === undefined) return;
    const left = (room.get(person.id) ?? 0) - 1;
    if (left > 0) {
      room.set(person.id, left);
      return;
    }
    room.delete(person.id);
    if (room.size === 0) this.#rooms.delete(conversationId);
    this.#tell('user-left', conversationId, person);
  }

  #tell(type: 'user-joined' | 'user-left', conversationId: string, { id, username }: Caller): void {
    this.#announce.toRoom(conversationId, type, { userId: id, username, conversationId }, { except: id });
  }
}
