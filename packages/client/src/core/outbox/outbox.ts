/**
 * What one person has written and the server does not have. It promises: one conversation's messages are sent one after
 * the other in the order of `createdAt`, different conversations do not wait for each other, and each is tried with the
 * same `clientId` until the server has it, refuses it for good, or it is discarded. Where other tabs of this person are
 * open, one of them sends for all (see `tabs.ts`). It holds no connection: it asks whether one is away. One exception to
 * the order: what the store tells later than `STORED_WITHIN_MS` is sent after what has been sent meanwhile.
 */
import type { ClientId, Id, Message } from '@parley/contract';

import { backoff } from '../backoff.ts';
import { newClientId } from '../client-id.ts';
import type { MessageDraft } from '../domains/message.ts';
import { mayPass, tooLarge, tooMany, unauthorised, type ParleyClientError } from '../errors.ts';
import { Failure } from '../failure.ts';
import { Pauses } from '../pauses.ts';
import { Source } from '../subscribable.ts';
import type { JoinTabs, OutboxDesk, OutboxSeat } from './desk.ts';
import type { OutboxEntry, OutboxStore, Outgoing } from './entry.ts';

/** Messages of one person that may wait here; what is added beyond them is refused with `rate_limited`. */
export const MOST_ENTRIES = 1_000;
/** Bytes of one message, with room for its frame in what the server takes; beyond it: `payload_too_large`. */
const MOST_BYTES = 60_000;
/** Conversations that are sent to at the same time. */
const MOST_AT_ONCE = 8;
/**
 * Nothing is sent before the store has said what is in it, for so long at the most: a busy device has its time. What it
 * says later is sent then.
 */
const STORED_WITHIN_MS = 10_000;

export interface OutboxOptions {
  /** Posts it. What it throws says by `retryable` whether to try again. */
  readonly send: (entry: OutboxEntry) => Promise<Message>;
  readonly store: OutboxStore;
  /** Whether to send is pointless now; {@link Outbox.hurry} tells that it no longer is. */
  readonly isAway: () => boolean;
  /** Told of each message that the server has, whichever tab sent it, just before it leaves the list. */
  readonly posted: (message: Message) => void;
  /** Without it, this outbox sends its own. */
  readonly join?: JoinTabs | undefined;
}

/** A conversation to which something is being sent, or was sent in vain. */
interface Lane {
  failures: number;
  /** When its next message is due; never, while one is on its way. */
  at: number;
  /** Not before this, whoever hurries: the server has said so. */
  notBefore: number;
}

interface Waiter {
  readonly result: Promise<Message>;
  readonly settle: (outcome: Message | ParleyClientError) => void;
}

export class Outbox implements OutboxDesk {
  readonly #options: OutboxOptions;
  readonly #list = new Source<readonly Outgoing[]>([]);
  readonly #waiters = new Map<ClientId, Waiter>();
  #userId: Id | null = null;
  /** Other ones for each person: an answer that comes too late is known by them. */
  #lanes = new Map<Id, Lane>();
  #seat: OutboxSeat | undefined;
  #leads = false;
  /** Another one each time that it leads or no longer does. */
  #turn: object = {};
  /** With the store, when it is asked. */
  readonly #patience = new Pauses();
  /**
   * What has ended since the store was asked, until it has answered. Of those that were sent the first ones: the server
   * posts no other a second time.
   */
  #ended: Set<ClientId> | undefined;
  /** Asks the store once more, where it has failed. */
  #askAgain: (() => Promise<void>) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** In the order in which they were written. */
  readonly getSnapshot = this.#list.getSnapshot;
  readonly subscribe = this.#list.subscribe;

  /**
   * Whose it is from now on: what that person left unsent is loaded and sent. What the one before left stays in the
   * store, for when they are back.
   */
  as(userId: Id | null): void {
    if (userId === this.#userId) return;
    this.#leave(unauthorised('unauthenticated'));
    this.#userId = userId;
    if (userId === null) return;
    const lanes = this.#lanes;
    const joined = this.#options.join?.(userId, this) ?? Promise.reject(new Error('No tabs'));
    joined.then(
      (seat) => {
        if (lanes !== this.#lanes) seat.leave();
        else {
          this.#seat = seat;
          seat.changed(this.getSnapshot());
        }
      },
      () => {
        if (lanes === this.#lanes) void this.lead(true);
      },
    );
  }

  /**
   * Shows the message at once, and sends it when its turn comes. One that is here already is not added again.
   * Resolves when the server has it; rejects when it `failed`, was discarded, or does not fit. To ignore the promise
   * is safe.
   */
  add(conversationId: Id, draft: MessageDraft): Promise<Message> {
    const { clientId = newClientId(), content, attachments, replyToId } = draft;
    let waiter = this.#waiters.get(clientId);
    if (waiter !== undefined) return waiter.result;
    waiter = newWaiter();
    this.#waiters.set(clientId, waiter);

    const list = this.getSnapshot();
    // A copy: what the caller has may change, or be something that no store takes.
    const copy = { content, attachments: attachments && [...attachments], replyToId };
    const userId = this.#userId;
    if (userId === null) this.#settle(clientId, unauthorised('unauthenticated'));
    else if (this.#find(clientId) !== undefined) this.retry(clientId);
    else if (list.length >= MOST_ENTRIES) this.#settle(clientId, tooMany());
    else if (new Blob([JSON.stringify(copy)]).size > MOST_BYTES) this.#settle(clientId, tooLarge());
    else {
      const last = list.at(-1)?.createdAt.getTime() ?? 0;
      const createdAt = new Date(Math.max(Date.now(), last + 1));
      const entry = { clientId, conversationId, userId, draft: copy, createdAt };
      void quietly(() => this.#options.store.put(entry));
      this.#change([queued(entry)]);
    }
    return waiter.result;
  }

  /** Sends a `failed` message again, before those of its conversation that were written after it. */
  retry(clientId: ClientId): void {
    const known = this.#find(clientId);
    if (known?.delivery !== 'failed') return;
    this.#seat?.retried(clientId);
    this.#change([queued(known)]);
  }

  /** Forgets a message. One that is `sending` may reach the server all the same. */
  discard(clientId: ClientId): void {
    this.#seat?.ended(clientId, null);
    this.end(clientId, null);
  }

  /** The connection is back: what waits for another attempt does so no longer, and the store is asked where it failed. */
  hurry(): void {
    void this.#askAgain?.();
    for (const lane of this.#lanes.values()) lane.at = lane.notBefore;
    this.#pump();
  }

  /** Sends nothing more. What is unsent stays in the store. */
  close(): void {
    this.#leave(new Failure('The client is closed'));
  }

  async lead(leads: boolean): Promise<void> {
    const turn = (this.#turn = {});
    const userId = this.#userId;
    const ended = (this.#ended = leads ? new Set<ClientId>() : undefined);
    this.#leads = false;
    this.#patience.cutShort();
    if (ended === undefined || userId === null) return;
    void this.#recall(userId, ended);
    await this.#patience.wait(STORED_WITHIN_MS);
    if (turn !== this.#turn) return;
    this.#leads = true;
    // Those that another tab was sending.
    const interrupted = this.getSnapshot().filter((it) => it.delivery === 'sending');
    this.#change(interrupted.map(queued));
  }

  take(outgoing: readonly Outgoing[]): void {
    const all = new Map([...this.getSnapshot(), ...outgoing].map((it) => [it.clientId, it]));
    if (outgoing.length > 0) this.#list.set([...all.values()].toSorted(byCreation));
    for (const { clientId, error } of outgoing) if (error !== null) this.#settle(clientId, error);
    this.#pump();
  }

  end(clientId: ClientId, message: Message | null): void {
    if (message !== null) this.#options.posted(message);
    const ended = this.#ended;
    if (ended && (message === null || ended.size < MOST_ENTRIES)) ended.add(clientId);
    const known = this.#find(clientId);
    if (known !== undefined) {
      void quietly(() => this.#options.store.remove(known));
      this.#list.set(this.getSnapshot().filter((it) => it !== known));
    }
    this.#settle(clientId, message ?? new Failure('The message was discarded'));
    this.#pump();
  }

  /** Brings what the store has, unless it cannot say so now. */
  async #recall(userId: Id, ended: Set<ClientId>): Promise<void> {
    this.#askAgain = undefined;
    const stored = await quietly(() => this.#options.store.load(userId));
    if (ended !== this.#ended) return;
    if (stored === undefined) this.#askAgain = () => this.#recall(userId, ended);
    else {
      this.#ended = undefined;
      this.#change(
        stored.filter((it) => !ended.has(it.clientId) && this.#find(it.clientId) === undefined).map(queued),
      );
    }
    this.#patience.cutShort();
  }

  #find(clientId: ClientId): Outgoing | undefined {
    return this.getSnapshot().find((it) => it.clientId === clientId);
  }

  #settle(clientId: ClientId, outcome: Message | ParleyClientError): void {
    this.#waiters.get(clientId)?.settle(outcome);
    this.#waiters.delete(clientId);
  }

  #leave(error: ParleyClientError): void {
    this.#seat?.leave();
    this.#seat = undefined;
    clearTimeout(this.#timer);
    this.#lanes = new Map();
    void this.lead(false);
    this.#list.set([]);
    for (const clientId of this.#waiters.keys()) this.#settle(clientId, error);
    this.#userId = null;
  }

  /** {@link take}, and tells the other tabs. */
  #change(outgoing: readonly Outgoing[]): void {
    this.#seat?.changed(outgoing);
    this.take(outgoing);
  }

  /** Sends the first message of each conversation that is free and due; comes back when the next one is. */
  #pump(): void {
    clearTimeout(this.#timer);
    if (!this.#leads || this.#options.isAway()) return;
    const lanes = this.#lanes;
    const starting = new Map<Lane, Outgoing>();
    let flights = [...lanes.values()].filter(({ at }) => at === Infinity).length;
    let wait = Infinity;
    const now = Date.now();
    for (const it of this.getSnapshot()) {
      if (it.delivery === 'failed') continue;
      const lane = lanes.get(it.conversationId) ?? { failures: 0, at: 0, notBefore: 0 };
      const left = lane.at - now;
      if (left > 0) wait = Math.min(wait, left);
      else if (flights < MOST_AT_ONCE) {
        flights += 1;
        lane.at = lane.notBefore = Infinity;
        lanes.set(it.conversationId, lane);
        starting.set(lane, { ...it, delivery: 'sending' });
      }
    }
    if (wait < Infinity) this.#timer = setTimeout(() => this.#pump(), wait);
    if (starting.size === 0) return;
    this.#change([...starting.values()]);
    for (const [lane, it] of starting) void this.#send(it, lane);
  }

  async #send(entry: Outgoing, lane: Lane): Promise<void> {
    const { clientId, conversationId } = entry;
    const lanes = this.#lanes;
    const outcome = await this.#options.send(entry).catch((cause: unknown) => Failure.from(cause));
    const isCurrent = lanes === this.#lanes;
    if (!(outcome instanceof Error)) {
      lanes.delete(conversationId);
      if (isCurrent) {
        this.#seat?.ended(clientId, outcome);
        this.end(clientId, outcome);
      } else void quietly(() => this.#options.store.remove(entry));
      return;
    }
    const isWorthAnother = mayPass(outcome);
    if (isWorthAnother) {
      lane.failures += 1;
      lane.notBefore = Date.now() + (outcome.data?.retryAfterMs ?? 0);
      lane.at = Math.max(lane.notBefore, Date.now() + backoff(lane.failures, Math.random()));
    } else lanes.delete(conversationId);
    if (!isCurrent) return;
    // Unless it was discarded meanwhile, or is another tab's to send by now.
    if (this.#leads && this.#find(clientId) !== undefined)
      this.#change([isWorthAnother ? queued(entry) : { ...entry, delivery: 'failed', error: outcome }]);
    else this.#pump();
  }
}

function queued(entry: OutboxEntry): Outgoing {
  return { ...entry, delivery: 'queued', error: null };
}

function byCreation(a: Outgoing, b: Outgoing): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.clientId < b.clientId ? -1 : 1);
}

function newWaiter(): Waiter {
  let settle!: Waiter['settle'];
  const result = new Promise<Message>((resolve, reject) => {
    settle = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
  });
  result.catch(() => undefined);
  return { result, settle };
}

/** A store that fails takes nothing from those who do not reload: what was written is sent from the list. */
async function quietly<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act();
  } catch {
    return undefined;
  }
}
