/**
 * What the clients saw, in the order in which one process saw it: an append-only record that the checker judges. It
 * holds nothing that a client could not know.
 */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

import type {
  Conversation,
  ConversationEvent,
  ErrorReason,
  Id,
  InboxEvent,
  Message,
  Offer,
  OfferAction,
  Seq,
} from '@parley/contract';

/** What a client asks for. */
export type Operation =
  | { type: 'send'; conversationId: Id; clientId: string; content: string }
  | { type: 'edit'; conversationId: Id; messageId: Id; content: string }
  | { type: 'delete'; conversationId: Id; messageId: Id }
  | { type: 'react'; conversationId: Id; messageId: Id; emoji: string; on: boolean }
  | { type: 'read'; conversationId: Id; upToSeq: Seq }
  | { type: 'delivered'; conversationId: Id; upToSeq: Seq }
  | { type: 'typing'; conversationId: Id; isTyping: boolean }
  | { type: 'offer'; conversationId: Id; clientId: string; terms: string; amount: number }
  | {
      type: 'answer-offer';
      conversationId: Id;
      offerId: Id;
      status: OfferAction;
      /** The version that the caller had seen. */
      version: number;
    }
  | { type: 'add'; conversationId: Id; userId: Id }
  | { type: 'remove'; conversationId: Id; userId: Id }
  | { type: 'leave'; conversationId: Id };

/** What it was told. `unknown`: it may have been done or not, as after a cut or `unavailable`. */
export type Outcome =
  | { status: 'done'; message?: Pick<Message, 'id' | 'seq' | 'content'>; offers?: readonly Offer[] }
  | { status: 'refused'; reason: ErrorReason }
  | { status: 'unknown'; why: string };

/** A room by its conversation, or the inbox of the reader's own person. */
export type Source = { room: Id } | 'inbox';

export type Happening =
  | { kind: 'person'; userId: Id; name: string }
  | { kind: 'talk'; conversationId: Id; members: readonly Id[] }
  | { kind: 'call'; call: number; userId: Id; device: string; operation: Operation }
  | { kind: 'outcome'; call: number; outcome: Outcome }
  /** A cursor that lives through reconnections; it is to get everything after `from` that its person may see. */
  | { kind: 'reader'; reader: string; userId: Id; device: string; source: Source; from: Seq }
  | { kind: 'value'; reader: string; id: string; event: ConversationEvent | InboxEvent }
  /** The subscription was ended, and asked for again. */
  | { kind: 'interrupted'; reader: string; reason: ErrorReason | null }
  /** The subscription was ended with a reason that no retry mends. */
  | { kind: 'ended'; reader: string; reason: ErrorReason }
  /** The client went away and wants nothing more. */
  | { kind: 'left'; reader: string }
  /** What a device knows of its own connection; what was told before it went down may be outdated since. */
  | { kind: 'connection'; device: string; up: boolean }
  /** A person's devices are all gone, or one has come. */
  | { kind: 'devices'; userId: Id; connected: boolean }
  /** What `presence.get` told of someone. */
  | { kind: 'seen'; userId: Id; online: boolean }
  | { kind: 'fault'; fault: string; phase: 'begin' | 'end'; detail: string }
  /** Whoever writes this down stood still until now: what came meanwhile was written down late. */
  | { kind: 'stood-still'; ms: number }
  /** Every fault is undone, and every reader has had its time to come to the head. */
  | { kind: 'quiet' }
  /** Fetched afresh after that. */
  | {
      kind: 'final';
      userId: Id;
      conversationId: Id;
      conversation: Conversation;
      messages: readonly Message[];
      offers: readonly Offer[];
    };

/** `at`: milliseconds since the run began, by one clock. */
export type Entry = Happening & { at: number };
export type EntryOf<Kind extends Happening['kind']> = Extract<Entry, { kind: Kind }>;

export class History {
  readonly entries: Entry[] = [];
  readonly #began = performance.now();

  add(happening: Happening): void {
    this.entries.push({ ...happening, at: Math.round(performance.now() - this.#began) });
  }

  /** Milliseconds since the run began. */
  get now(): number {
    return Math.round(performance.now() - this.#began);
  }

  /** Writes it as lines of JSON. */
  async write(file: string): Promise<void> {
    const stream = createWriteStream(file);
    for (const entry of this.entries) stream.write(`${JSON.stringify(entry)}\n`);
    stream.end();
    await finished(stream);
  }
}
