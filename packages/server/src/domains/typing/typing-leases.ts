/** Who is writing where. Never stored: a lease ends by itself, so typing cannot be stuck whatever its writer does. */
import { LIMITS } from '@parley/contract/schemas';

import type { Announce } from '../../core/announce.ts';
import type { Caller } from '../../core/caller.ts';
import type { Clock } from '../../core/clock.ts';

declare module '../../core/services.ts' {
  interface Services {
    typing: TypingLeases;
  }
}

export class TypingLeases implements Disposable {
  readonly #clock: Clock;
  readonly #announce: Announce;
  /** By conversation, then by person; at most one lease for each. */
  readonly #leases = new Map<string, Map<string, Disposable>>();

  constructor({ clock, announce }: { clock: Clock; announce: Announce }) {
    this.#clock = clock;
    this.#announce = announce;
  }

  /** Begins or extends a lease, or ends it. Only a change is announced. */
  set(conversationId: string, person: Caller, isTyping: boolean): void {
    const was = this.#end(conversationId, person.id);
    if (isTyping) {
      const lease = this.#clock.after(LIMITS.typingExpiryMs, () => this.set(conversationId, person, false));
      this.#room(conversationId).set(person.id, lease);
    }
    if (was === isTyping) return;
    const payload = { userId: person.id, username: person.username, conversationId, isTyping };
    this.#announce.toRoom(conversationId, 'typing', payload, { except: person.id });
  }

  /** Those who are writing in a conversation. */
  in(conversationId: string): ReadonlySet<string> {
    return new Set(this.#leases.get(conversationId)?.keys());
  }

  [Symbol.dispose](): void {
    for (const room of this.#leases.values()) for (const lease of room.values()) lease[Symbol.dispose]();
    this.#leases.clear();
  }

  #room(conversationId: string): Map<string, Disposable> {
    const room = this.#leases.get(conversationId) ?? new Map<string, Disposable>();
    this.#leases.set(conversationId, room);
    return room;
  }

  /** Whether there was a lease to end. */
  #end(conversationId: string, userId: string): boolean {
    const room = this.#leases.get(conversationId);
    const lease = room?.get(userId);
    if (room === undefined || lease === undefined) return false;
    lease[Symbol.dispose]();
    room.delete(userId);
    if (room.size === 0) this.#leases.delete(conversationId);
    return true;
  }
}
