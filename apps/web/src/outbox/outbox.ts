/**
 * Messages on their way out, whichever room is open: drawn at once, sent one after the other in each room, and sent
 * again with the same `clientId`, so that none is posted twice. They last as long as the page.
 */
import { isParleyError, type Message, type ParleyClient } from '@parley/client';

import { newClientId } from '../ui/client-id.ts';
import { problemText } from '../ui/problem.ts';

export interface Outgoing {
  clientId: string;
  conversationId: string;
  userId: string;
  content: string;
  createdAt: Date;
  state: 'sending' | 'sent' | 'failed';
  /** Of one that was sent. */
  seq: number | null;
  problem: { text: string; retryable: boolean } | null;
}

/** More than this, and nothing more is taken until some have gone. */
export const OUTBOX_LIMIT = 200;

interface OutboxOptions {
  client: ParleyClient;
  userId: string;
  /** As the server has taken it, before the room tells of it. */
  onSent: (message: Message) => void;
}

export class Outbox {
  readonly #client: ParleyClient;
  readonly #userId: string;
  readonly #onSent: (message: Message) => void;
  readonly #listeners = new Set<() => void>();
  /** Rooms in which one is under way. */
  readonly #busy = new Set<string>();
  #entries: readonly Outgoing[] = [];

  constructor({ client, userId, onSent }: OutboxOptions) {
    this.#client = client;
    this.#userId = userId;
    this.#onSent = onSent;
  }

  readonly getSnapshot = (): readonly Outgoing[] => this.#entries;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** False when there is no room for another one. */
  send(conversationId: string, content: string): boolean {
    const unsent = this.#entries.filter(({ state }) => state !== 'sent');
    if (unsent.length >= OUTBOX_LIMIT) return false;
    const entry: Outgoing = {
      clientId: newClientId(),
      conversationId,
      userId: this.#userId,
      content,
      createdAt: new Date(),
      state: 'sending',
      seq: null,
      problem: null,
    };
    this.#set([...this.#entries, entry].slice(-2 * OUTBOX_LIMIT));
    void this.#work(conversationId);
    return true;
  }

  retry(clientId: string): void {
    const entry = this.#entries.find((one) => one.clientId === clientId);
    if (entry?.state !== 'failed') return;
    this.#change(clientId, { state: 'sending', problem: null });
    void this.#work(entry.conversationId);
  }

  /** After the connection has come back: whatever failed for want of it. */
  retryAll(): void {
    for (const { clientId, problem } of this.#entries) if (problem?.retryable === true) this.retry(clientId);
  }

  discard(clientId: string): void {
    this.#set(this.#entries.filter((one) => one.clientId !== clientId));
  }

  /** Drops what the room shows by now: sent ones up to its head, and any whose message is there. */
  settle(
    conversationId: string,
    { headSeq, messages }: { headSeq: number; messages: readonly Message[] },
  ): void {
    if (!this.#entries.some((one) => one.conversationId === conversationId)) return;
    this.#set(
      this.#entries.filter(
        (one) => one.conversationId !== conversationId || !isShown(one, { headSeq, messages }),
      ),
    );
  }

  async #work(conversationId: string): Promise<void> {
    if (this.#busy.has(conversationId)) return;
    this.#busy.add(conversationId);
    for (let next = this.#next(conversationId); next !== undefined; next = this.#next(conversationId)) {
      await this.#post(next);
    }
    this.#busy.delete(conversationId);
  }

  #next(conversationId: string): Outgoing | undefined {
    return this.#entries.find((one) => one.conversationId === conversationId && one.state === 'sending');
  }

  async #post({ clientId, conversationId, content }: Outgoing): Promise<void> {
    try {
      const { message } = await this.#client.trpc.messages.send.mutate({ conversationId, content, clientId });
      this.#change(clientId, { state: 'sent', seq: message.seq });
      this.#onSent(message);
    } catch (error) {
      const retryable = !isParleyError(error) || error.data.retryable;
      this.#change(clientId, { state: 'failed', problem: { text: problemText(error), retryable } });
    }
  }

  #change(clientId: string, change: Partial<Outgoing>): void {
    this.#set(this.#entries.map((one) => (one.clientId === clientId ? { ...one, ...change } : one)));
  }

  #set(entries: readonly Outgoing[]): void {
    if (
      entries.length === this.#entries.length &&
      entries.every((one, index) => one === this.#entries[index])
    )
      return;
    this.#entries = entries;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Whether the room shows the message itself. */
export function isShown(
  { clientId, seq, userId }: Outgoing,
  { headSeq, messages }: { headSeq: number; messages: readonly Message[] },
): boolean {
  if (seq !== null) return seq <= headSeq;
  return messages.some((message) => message.clientId === clientId && message.userId === userId);
}
