/**
 * Who is writing in the rooms that are open here, as far as signs have come. A sign lasts for its time and no longer,
 * whatever its writer or its node does, so nobody writes for ever. Readers are told changes only, of one person in one
 * room at most one in two seconds: what changes before is told then, if it is still different.
 */
import { LIMITS } from '@parley/contract/schemas';

import type { Clock } from '../../core/clock.ts';

export interface TypingChange {
  userId: string;
  username: string;
  conversationId: string;
  isTyping: boolean;
}

interface Writer {
  readonly username: string;
  isTyping: boolean;
  /** What readers take it to be … */
  told: boolean;
  /** … and until when they are told nothing else. */
  quiet: Disposable | undefined;
  lease: Disposable | undefined;
}

export class TypingView implements Disposable {
  readonly #clock: Clock;
  readonly #tell: (change: TypingChange) => void;
  /** By conversation, then by person; each is forgotten soon after it ends. */
  readonly #rooms = new Map<string, Map<string, Writer>>();

  /** `tell` tells the readers of this node. */
  constructor({ clock, tell }: { clock: Clock; tell: (change: TypingChange) => void }) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Takes a sign, of this node or another. */
  take({ conversationId, userId, username, isTyping }: TypingChange, leaseMs: number): void {
    const room = this.#rooms.get(conversationId) ?? new Map<string, Writer>();
    const writer = room.get(userId) ?? newcomer(username);
    if (!isTyping && !room.has(userId)) return;
    this.#rooms.set(conversationId, room);
    room.set(userId, writer);
    writer.lease?.[Symbol.dispose]();
    writer.lease = isTyping
      ? this.#clock.after(Math.min(leaseMs, LIMITS.typingExpiryMs), () => this.#end(conversationId, userId))
      : undefined;
    writer.isTyping = isTyping;
    this.#settle(conversationId, userId);
  }

  /** Those who are writing in a conversation. */
  in(conversationId: string): ReadonlySet<string> {
    const writers = [...(this.#rooms.get(conversationId) ?? [])];
    return new Set(writers.filter(([, { isTyping }]) => isTyping).map(([userId]) => userId));
  }

  [Symbol.dispose](): void {
    for (const room of this.#rooms.values()) {
      for (const { lease, quiet } of room.values()) {
        lease?.[Symbol.dispose]();
        quiet?.[Symbol.dispose]();
      }
    }
    this.#rooms.clear();
  }

  #end(conversationId: string, userId: string): void {
    const writer = this.#rooms.get(conversationId)?.get(userId);
    if (writer === undefined) return;
    writer.isTyping = false;
    writer.lease = undefined;
    this.#settle(conversationId, userId);
  }

  #settle(conversationId: string, userId: string): void {
    const room = this.#rooms.get(conversationId);
    const writer = room?.get(userId);
    if (room === undefined || writer === undefined || writer.quiet !== undefined) return;
    if (writer.told === writer.isTyping) {
      if (writer.isTyping) return;
      room.delete(userId);
      if (room.size === 0) this.#rooms.delete(conversationId);
      return;
    }
    writer.told = writer.isTyping;
    writer.quiet = this.#clock.after(LIMITS.typingIntervalMs, () => {
      writer.quiet = undefined;
      this.#settle(conversationId, userId);
    });
    this.#tell({ userId, username: writer.username, conversationId, isTyping: writer.isTyping });
  }
}

function newcomer(username: string): Writer {
  return { username, isTyping: false, told: false, quiet: undefined, lease: undefined };
}
