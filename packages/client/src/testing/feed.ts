/**
 * A subscription: attach, replay, live. Every value is tracked, an ephemeral one with the seq of the durable one before
 * it, so that the last id that a client saw is always the right place to go on.
 */
import type { ConversationEvent, InboxEvent, ResetReason, Seq } from '@parley/contract';
import { LIMITS } from '@parley/contract/schemas';
import { placeOf, Refusal } from '@parley/server/rules';
import { tracked, type TrackedEnvelope } from '@trpc/server';

import type { Connection } from './connection.ts';
import type { Entry, Topic, TopicReader } from './topic.ts';

export interface FeedOptions<Event extends ConversationEvent | InboxEvent> {
  topic: Topic<Event>;
  connection: Connection;
  signal: AbortSignal | undefined;
  userId: string;
  lastEventId: string | null | undefined;
  /** The seq up to which this person may see nothing. */
  floor: Seq;
  /** Whether a durable event takes this person out: the feed ends instead of telling them. */
  removes: (event: Event) => boolean;
  /** What this person may see of a durable event, as it was told. */
  show: (event: Event) => Event;
  /** What this person may see of an entry of the log now. */
  replay: (entry: Entry<Event>) => Event;
  /** Whether a durable event is lost on its way, for once. */
  drops: (event: Event) => boolean;
  greet: (place: { headSeq: Seq; resumed: boolean }) => Event;
  reset: (reset: { reason: ResetReason; headSeq: Seq }) => Event;
}

export async function* feed<Event extends ConversationEvent | InboxEvent>(
  options: FeedOptions<Event>,
): AsyncGenerator<TrackedEnvelope<Event>, void> {
  const { topic, connection, signal, floor, lastEventId } = options;
  if (connection.subscriptions >= LIMITS.subscriptionsPerSocket) throw new Refusal('too_many_subscriptions');
  connection.subscriptions += 1;
  const asked = typeof lastEventId === 'string' ? Number(lastEventId) : undefined;
  const headSeq = Math.max(topic.head, floor);
  const { firstId, cursor, resumed, reset } = placeOf({ asked, floor, head: headSeq });
  const reader = new Reader(options, cursor);
  const seat = topic.attach(reader);
  const leave = () => reader.end(undefined);
  const giveUp = () => reader.end(connection.signal.reason);
  signal?.addEventListener('abort', leave);
  connection.signal.addEventListener('abort', giveUp);
  if (signal?.aborted === true) leave();
  if (connection.signal.aborted) giveUp();
  try {
    for (const entry of topic.after(cursor)) reader.replay(entry);
    yield tracked(String(firstId), options.greet({ headSeq, resumed }));
    if (reset !== undefined) yield tracked(String(cursor), options.reset({ reason: reset, headSeq }));
    for (let next = await reader.next(); next !== undefined; next = await reader.next()) {
      yield tracked(String(next.seq), next.event);
    }
  } finally {
    seat[Symbol.dispose]();
    signal?.removeEventListener('abort', leave);
    connection.signal.removeEventListener('abort', giveUp);
    connection.subscriptions -= 1;
  }
}

class Reader<Event extends ConversationEvent | InboxEvent> implements TopicReader<Event> {
  readonly userId: string;
  readonly #options: FeedOptions<Event>;
  #cursor: Seq;
  #waiting: { seq: Seq; event: Event }[] = [];
  /** Nothing comes after it; `reason` is what the subscription is refused with. */
  #end: { reason: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(options: FeedOptions<Event>, cursor: Seq) {
    this.userId = options.userId;
    this.#options = options;
    this.#cursor = cursor;
  }

  replay(entry: Entry<Event>): void {
    this.#take(entry.seq, this.#options.replay(entry));
  }

  durable(seq: Seq, event: Event): void {
    this.#take(seq, this.#options.show(event));
  }

  ephemeral(event: Event): void {
    if (this.#end === undefined) this.#push(this.#cursor, event);
  }

  /** Ends it now, with what it was refused for, or, without, because its peer has left. */
  end(reason: unknown): void {
    this.#end = { reason };
    this.#waiting = [];
    this.#wake();
  }

  /** The next value; undefined when the peer has left. Throws what the reader was ended with. */
  async next(): Promise<{ seq: Seq; event: Event } | undefined> {
    while (this.#waiting.length === 0 && this.#end === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const next = this.#waiting.shift();
    if (next === undefined && this.#end?.reason !== undefined) throw this.#end.reason;
    return next;
  }

  #take(seq: Seq, event: Event): void {
    if (this.#end !== undefined) return;
    this.#cursor = seq;
    if (this.#options.removes(event)) {
      this.#end = { reason: new Refusal('not_a_participant') };
      this.#wake();
    } else if (!this.#options.drops(event)) {
      this.#push(seq, event);
    }
  }

  #push(seq: Seq, event: Event): void {
    this.#waiting.push({ seq, event });
    this.#wake();
  }
}
