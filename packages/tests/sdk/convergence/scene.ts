/**
 * Three people of a server in memory: Ana and Ben with real clients, whose networks fail, and Cem, who only calls.
 * Time is faked, so that a run takes milliseconds and is the same each time.
 */
import type { ParleyClient } from '@parley/client';
import { createTestServer, type TestServer } from '@parley/client/testing';
import type { Id } from '@parley/contract';
import { vi } from 'vitest';

import { fetchInbox, fetchRoom, shownInbox, shownRoom } from './snapshot.ts';

export const NAMES = ['ana', 'ben', 'cem'] as const;
export type Name = (typeof NAMES)[number];
export type ClientName = Exclude<Name, 'cem'>;

export const WATCHED = [0, 1, 'inbox'] as const;
/** One of the two talks, or the inbox. */
export type Watched = (typeof WATCHED)[number];

/** More than the longest wait of a client before it tries again. */
const SETTLE_MS = 60_000;

export class Scene {
  readonly server: TestServer<Name>;
  /** A group of all three, and the two of Ana and Ben. */
  readonly talks: readonly [Id, Id];
  readonly clients: Readonly<Record<ClientName, ParleyClient>>;
  /** What ends that something is watched. */
  readonly #watched = new Map<string, () => void>();

  constructor() {
    this.server = createTestServer({ users: NAMES });
    const group = this.server.conversation({ participants: NAMES, title: 'Group', messages: 6 });
    const direct = this.server.conversation({ participants: ['ana', 'ben'], messages: 2 });
    this.talks = [group.id, direct.id];
    this.clients = { ana: this.server.client('ana'), ben: this.server.client('ben') };
    this.#watchAll();
  }

  /** Watches one of a client's rooms, or its inbox. What is watched already stays so. */
  watch(name: ClientName, what: Watched): void {
    const key = `${name} ${what}`;
    if (this.#watched.has(key)) return;
    const client = this.clients[name];
    const live = what === 'inbox' ? client.inbox : client.conversation(this.talks[what]);
    this.#watched.set(
      key,
      live.subscribe(() => undefined),
    );
  }

  leave(name: ClientName, what: Watched): void {
    this.#watched.get(`${name} ${what}`)?.();
    this.#watched.delete(`${name} ${what}`);
  }

  /** Nothing fails any more; what was lost at the very end shows by what comes after it. */
  async settle(): Promise<void> {
    const { server, talks } = this;
    server.faults.clear();
    this.#watchAll();
    await vi.advanceTimersByTimeAsync(SETTLE_MS);
    const [group, direct] = talks;
    await server.as('ana').conversations.addMembers({ conversationId: group, userIds: ['cem'] });
    await server.as('cem').messages.send({ conversationId: group, content: 'last' });
    for (const name of ['ana', 'ben'] as const)
      await server.as(name).messages.send({ conversationId: direct, content: 'last' });
    await vi.advanceTimersByTimeAsync(SETTLE_MS);
  }

  /** What a client shows of everything, and what its person would fetch. */
  async compare(name: ClientName): Promise<{ shown: unknown; fetched: unknown }> {
    const client = this.clients[name];
    const calls = this.server.as(name);
    const views = this.talks.map((id) => client.conversation(id).getSnapshot());
    const rooms = await Promise.all(this.talks.map((id) => fetchRoom(calls, id)));
    return {
      shown: {
        rooms: views.map(shownRoom),
        inbox: shownInbox(client.inbox.getSnapshot()),
        unsent: client.outbox.getSnapshot(),
      },
      fetched: { rooms, inbox: await fetchInbox(calls), unsent: [] },
    };
  }

  #watchAll(): void {
    for (const name of ['ana', 'ben'] as const) for (const what of WATCHED) this.watch(name, what);
  }
}
