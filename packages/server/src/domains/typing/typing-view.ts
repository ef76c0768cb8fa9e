/**
 * Who is writing in the rooms and for the inboxes that are open here, as far as signs have come. A sign lasts for its
 * time and no longer, whatever its writer or its node does, so nobody writes for ever. Readers are told changes only,
 * of one person in one room at most one in two seconds: what changes before is told then, if it is still different.
 */
import type { Typing } from '@parley/contract';
import { LIMITS } from '@parley/contract/schemas';

import type { Clock } from '../../core/clock.ts';
import { roomTopic, type Topic } from '../../core/topics.ts';

interface Writer {
  /** Who and where. */
  readonly of: Omit<Typing, 'isTyping'>;
  isTyping: boolean;
  /** What readers take it to be … */
  told: boolean;
  /** … and until when they are told nothing else. */
  quiet: Disposable | undefined;
  lease: Disposable | undefined;
}

const NOBODY: ReadonlySet<string> = new Set();

export class TypingView implements Disposable {
  readonly #clock: Clock;
  readonly #tell: (topic: Topic, change: Typing) => void;
  /** By topic, then by conversation and person; each is forgotten soon after it ends. */
  readonly #topics = new Map<Topic, Map<string, Writer>>();

  /** `tell` tells the readers of this node. */
  constructor({ clock, tell }: { clock: Clock; tell: (topic: Topic, change: Typing) => void }) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Takes a sign, of this node or another, that came to a topic. */
  take(topic: Topic, { isTyping, ...of }: Typing, leaseMs: number): void {
    const key = `${of.conversationId}|${of.userId}`;
    const writers = this.#topics.get(topic) ?? new Map<string, Writer>();
    const writer = writers.get(key) ?? newcomer(of);
    if (!isTyping && !writers.has(key)) return;
    this.#topics.set(topic, writers);
    writers.set(key, writer);
    writer.lease?.[Symbol.dispose]();
    writer.lease = isTyping
      ? this.#clock.after(Math.min(leaseMs, LIMITS.typingExpiryMs), () => this.#end(topic, key))
      : undefined;
    writer.isTyping = isTyping;
    this.#settle(topic, key);
  }

  /** Those who are writing in a conversation, as its room knows. */
  in(conversationId: string): ReadonlySet<string> {
    const known = this.#topics.get(roomTopic(conversationId));
    if (known === undefined) return NOBODY;
    const writers = [...known.values()];
    return new Set(writers.filter(({ isTyping }) => isTyping).map(({ of }) => of.userId));
  }

  [Symbol.dispose](): void {
    for (const writers of this.#topics.values()) {
      for (const { lease, quiet } of writers.values()) {
        lease?.[Symbol.dispose]();
        quiet?.[Symbol.dispose]();
      }
    }
    this.#topics.clear();
  }

  #end(topic: Topic, key: string): void {
    const writer = this.#topics.get(topic)?.get(key);
    if (writer === undefined) return;
    writer.isTyping = false;
    writer.lease = undefined;
    this.#settle(topic, key);
  }

  #settle(topic: Topic, key: string): void {
    const writers = this.#topics.get(topic);
    const writer = writers?.get(key);
    if (writers === undefined || writer === undefined || writer.quiet !== undefined) return;
    if (writer.told === writer.isTyping) {
      if (writer.isTyping) return;
      writers.delete(key);
      if (writers.size === 0) this.#topics.delete(topic);
      return;
    }
    writer.told = writer.isTyping;
    writer.quiet = this.#clock.after(LIMITS.typingIntervalMs, () => {
      writer.quiet = undefined;
      this.#settle(topic, key);
    });
    this.#tell(topic, { ...writer.of, isTyping: writer.isTyping });
  }
}

function newcomer(of: Writer['of']): Writer {
  return { of, isTyping: false, told: false, quiet: undefined, lease: undefined };
}
