/**
 * What one writes by hand around socket.io-client for a talk: the newest page, what comes after it, once and in order,
 * what was missed while the connection was away, older pages, and sends that are drawn at once and tried again.
 */
import { io, type Socket } from 'socket.io-client';

export interface StoredMessage {
  key: string;
  content: string;
  /** Undefined while it is on its way. */
  seq: number | undefined;
  userId?: string;
  createdAt?: string;
  failed?: boolean;
}

interface Posted {
  id: string;
  seq: number;
  clientId: string | null;
  userId: string;
  content: string;
  createdAt: string;
}

const TIMEOUT_MS = 10_000;

export class TalkStore {
  readonly #room: string;
  readonly #socket: Socket;
  readonly #listeners = new Set<() => void>();
  #messages: readonly StoredMessage[] = [];
  #pending: readonly StoredMessage[] = [];

  constructor({ room, token }: { room: string; token: string }) {
    this.#room = room;
    this.#socket = io({ transports: ['websocket'], auth: { token } });
    this.#socket.on('connect', () => void this.#join());
    this.#socket.on('message', (posted: Posted) => this.#take([posted]));
  }

  /** Oldest first; those that are on their way are last. */
  get messages(): readonly StoredMessage[] {
    return [...this.#messages, ...this.#pending];
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send(content: string): Promise<void> {
    const message = { key: crypto.randomUUID(), content, seq: undefined };
    this.#pending = [...this.#pending, message];
    this.#changed();
    return this.#deliver(message);
  }

  retry(key: string): Promise<void> {
    const message = this.#pending.find((one) => one.key === key);
    return message === undefined ? Promise.resolve() : this.#deliver(message);
  }

  async loadOlder(): Promise<void> {
    this.#take(await this.#ask('history', { before: this.#messages[0]?.seq }));
  }

  close(): void {
    this.#socket.close();
  }

  async #join(): Promise<void> {
    await this.#socket.emitWithAck('join', this.#room);
    this.#take(await this.#ask('history', { after: this.#messages.at(-1)?.seq }));
    for (const message of this.#pending) void this.#deliver(message);
  }

  async #deliver(message: StoredMessage): Promise<void> {
    const { key: clientId, content } = message;
    try {
      this.#take(await this.#ask('send', { clientId, content }));
    } catch {
      this.#pending = this.#pending.map((one) => (one.key === clientId ? { ...one, failed: true } : one));
      this.#changed();
    }
  }

  #ask(name: string, order: object): Promise<Posted[]> {
    return this.#socket.timeout(TIMEOUT_MS).emitWithAck(name, this.#room, order) as Promise<Posted[]>;
  }

  #take(posted: readonly Posted[]): void {
    const known = new Map(this.#messages.map((message) => [message.seq, message]));
    const added = posted.filter(({ seq }) => !known.has(seq));
    if (added.length === 0) return;
    const own = new Set(added.map(({ clientId }) => clientId));
    this.#pending = this.#pending.filter(({ key }) => !own.has(key));
    const more = added.map(({ id, seq, userId, content, createdAt }) => ({
      key: id,
      seq,
      userId,
      content,
      createdAt,
    }));
    this.#messages = [...this.#messages, ...more].toSorted((one, other) => one.seq! - other.seq!);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
