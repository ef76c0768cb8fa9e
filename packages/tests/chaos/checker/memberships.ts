/** Who may see which places of a conversation, by the changes of membership that its readers were told of. */
import type { Id, Seq } from '@parley/contract';

import type { Ledger } from './ledger.ts';

/** From the first seq that one may see to the last; Infinity for who is still there. */
export interface Stay {
  from: Seq;
  to: Seq;
}

export class Memberships {
  readonly #ledger: Ledger;
  readonly #rooms = new Map<Id, Map<Id, Stay[]>>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Everyone who has ever been in a conversation. */
  everyone(conversationId: Id): Id[] {
    return [...this.#room(conversationId).keys()];
  }

  stays(conversationId: Id, userId: Id): readonly Stay[] {
    return this.#room(conversationId).get(userId) ?? [];
  }

  maySee(conversationId: Id, userId: Id, seq: Seq): boolean {
    return this.stays(conversationId, userId).some(({ from, to }) => from <= seq && seq <= to);
  }

  /**
   * The first place after one, and before another, that this person was to be told of while in the stay that holds
   * `of`. What let them in need not be told to themselves; an earlier stay is closed for good.
   */
  missed(
    conversationId: Id,
    userId: Id,
    { after, before, of }: { after: Seq; before: Seq; of: Seq },
  ): Seq | undefined {
    const stay = this.stays(conversationId, userId).find(({ from, to }) => from <= of && of <= to);
    if (stay === undefined) return undefined;
    const first = Math.max(after + 1, stay.from === 0 ? 0 : stay.from + 1);
    return first < before ? first : undefined;
  }

  isMember(conversationId: Id, userId: Id): boolean {
    return this.stays(conversationId, userId).some(({ to }) => to === Infinity);
  }

  #room(conversationId: Id): Map<Id, Stay[]> {
    const known = this.#rooms.get(conversationId);
    if (known !== undefined) return known;
    const members = this.#ledger.talks.get(conversationId)?.members ?? [];
    const room = new Map<Id, Stay[]>(members.map((userId) => [userId, [{ from: 0, to: Infinity }]]));
    for (const { seq, event } of this.#ledger.room(conversationId)) {
      if (event.type === 'member-added') {
        const stays = room.get(event.payload.userId) ?? [];
        room.set(event.payload.userId, stays);
        if (stays.at(-1)?.to !== Infinity) stays.push({ from: seq, to: Infinity });
      } else if (event.type === 'member-removed') {
        const stay = room.get(event.payload.userId)?.at(-1);
        // Who is removed is not told of it in the room, and of nothing after.
        if (stay !== undefined) stay.to = Math.min(stay.to, seq - 1);
      }
    }
    this.#rooms.set(conversationId, room);
    return room;
  }
}
