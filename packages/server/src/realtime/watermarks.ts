/**
 * How far each person's watermarks are known to have moved, so that a reader never sees one go back: what tells of
 * less than is known came late, and is dropped.
 */
import type { AnyEvent } from '../core/event.ts';

/** The longest unchanged one gives way; a group has two for each of its people. */
export const MARKS = 1_000;

export class Watermarks {
  /** Where somebody has read anything. */
  #known: Map<string, number> | undefined;

  /** Takes what an event says, the greeting of a room included. */
  learn(event: AnyEvent): void {
    for (const { key, seq } of marksIn(event)) {
      if (seq <= (this.#known?.get(key) ?? 0)) continue;
      this.#known ??= new Map();
      this.#known.delete(key);
      this.#known.set(key, seq);
      if (this.#known.size > MARKS) this.#known.delete(this.#known.keys().next().value ?? '');
    }
  }

  /** Whether an event tells of less than is known. */
  isLate(event: AnyEvent): boolean {
    return (
      event.type !== 'joined' && marksIn(event).some(({ key, seq }) => seq < (this.#known?.get(key) ?? 0))
    );
  }
}

function marksIn(event: AnyEvent): { key: string; seq: number }[] {
  switch (event.type) {
    case 'read':
    case 'delivered': {
      const { conversationId, userId, seq } = event.payload;
      return [{ key: `${event.type} ${conversationId} ${userId}`, seq }];
    }
    case 'joined': {
      const { conversationId, participants } = event.payload;
      return participants.flatMap(({ user, readSeq, deliveredSeq }) => [
        { key: `read ${conversationId} ${user.id}`, seq: readSeq },
        { key: `delivered ${conversationId} ${user.id}`, seq: deliveredSeq },
      ]);
    }
    default:
      return [];
  }
}
