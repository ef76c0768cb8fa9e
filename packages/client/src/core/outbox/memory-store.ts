import type { Id } from '@parley/contract';

import type { OutboxEntry, OutboxStore } from './entry.ts';

/** Keeps entries as long as the page or the process lasts: a person who signs out and in again finds them. */
export class MemoryStore implements OutboxStore {
  readonly #entries = new Map<string, OutboxEntry>();

  async load(userId: Id): Promise<readonly OutboxEntry[]> {
    return [...this.#entries.values()].filter((entry) => entry.userId === userId);
  }

  async put(entry: OutboxEntry): Promise<void> {
    this.#entries.set(key(entry), entry);
  }

  async remove(entry: Pick<OutboxEntry, 'userId' | 'clientId'>): Promise<void> {
    this.#entries.delete(key(entry));
  }
}

/** No id has a space in it. */
function key({ userId, clientId }: Pick<OutboxEntry, 'userId' | 'clientId'>): string {
  return `${userId} ${clientId}`;
}
