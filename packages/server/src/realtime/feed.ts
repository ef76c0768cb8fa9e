/**
 * A subscription: attach, replay, live. The reader is attached to the live topic before anything is read, and then
 * follows the log from its cursor: nothing falls between the two. Every value is tracked; an ephemeral one carries
 * the cursor of the durable one before it, so the last id a client saw is always the right place to resume. A reader
 * that meets its own removal ends before it: docs/decisions/0011-protocol-of-a-reader.md has the rules by number.
 */
import type { ResetReason } from '@parley/contract';
import { LIMITS } from '@parley/contract/schemas';
import { tracked, type TrackedEnvelope } from '@trpc/server';

import type { Connection, Line } from '../core/connection.ts';
import { refusalOfOutage } from '../core/database-outage.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Metrics } from '../core/metrics.ts';
import { Refusal } from '../core/refusal.ts';
import { isInbox, type Topic } from '../core/topics.ts';
import { FeedReader } from './feed-reader.ts';
import type { Hub, Seat } from './hub.ts';
import { placeOf } from './place.ts';

export interface FeedOptions<Event extends AnyEvent> {
  hub: Hub;
  metrics: Metrics;
  connection: Connection;
  /** Its own way to its peer, for what needs no generator: docs/decisions/0019-delivery-without-the-generator.md. */
  line: Line | undefined;
  signal: AbortSignal;
  topic: Topic;
  userId: string;
  /** Where the client says it is; undefined for a new subscription, which begins at the head. */
  lastEventId: string | null | undefined;
  /** Asked once attached, and again after the head was read anew: refuses, or gives the seq up to which this person may see nothing. */
  admit: () => Promise<number>;
  /** Whether a durable event takes this person out: the reader ends instead of telling them. */
  removes: (event: Event) => boolean;
  /** What this person may see of a durable event. */
  show: (event: Event) => Event;
  /** Whether this person may be told an ephemeral event, asked right before; without it they may be told all. */
  hears?: (event: Event) => Promise<boolean>;
  /** The types that any of these three looks at: of others they need not be asked. */
  looksAt: ReadonlySet<string>;
  /** The first value. */
  greet: (place: { headSeq: number; resumed: boolean }) => Event;
  reset: (reset: { reason: ResetReason; headSeq: number }) => Event;
}

export async function* feed<Event extends AnyEvent>(
  options: FeedOptions<Event>,
): AsyncGenerator<TrackedEnvelope<Event>, void> {
  const { hub, metrics, connection, topic, userId, lastEventId } = options;
  if (connection.subscriptions >= LIMITS.subscriptionsPerSocket) throw new Refusal('too_many_subscriptions');
  const kind = isInbox(topic) ? 'inbox' : 'room';
  const { looksAt, removes, show, hears, line } = options;
  const reader = new FeedReader({
    ...{ userId, connection, metrics, line, looksAt },
    passes: (event, isDurable) =>
      isDurable ? !removes(event as Event) && show(event as Event) === event : hears === undefined,
  });
  const stop = () => reader.stop();
  options.signal.addEventListener('abort', stop);
  const giveUp = () => reader.end(connection.signal.reason);
  connection.signal.addEventListener('abort', giveUp);
  if (options.signal.aborted) stop();
  if (connection.signal.aborted) giveUp();
  connection.subscriptions += 1;
  metrics.subscriptions.inc({ feed: kind });
  let seat: Seat | undefined;
  try {
    seat = await hub.attach(topic, reader);
    const asked = typeof lastEventId === 'string' ? Number(lastEventId) : undefined;
    const { headSeq, floor } = await begin(seat, asked ?? 0, options.admit);
    const { firstId, resumed, reset, ...place } = placeOf({ asked, floor, head: headSeq });
    reader.cursor = place.cursor;
    const greeting = options.greet({ headSeq, resumed });
    seat.watermarks.learn(greeting);
    yield tracked(String(firstId), greeting);
    if (reset !== undefined) yield tracked(String(reader.cursor), options.reset({ reason: reset, headSeq }));

    while (!reader.stopped) {
      const { events, replayed } = await seat.next(reader.cursor);
      for (const { seq, event } of events) {
        const busy = connection.drained();
        if (busy !== undefined) await busy;
        if (reader.stopped) break;
        if (removes(event as Event)) throw new Refusal('not_a_participant');
        reader.cursor = seq;
        metrics.eventsDelivered.inc({ feed: kind });
        if (replayed) metrics.eventsReplayed.inc({ feed: kind });
        yield tracked(String(seq), show(event as Event));
      }
      if (events.length > 0) continue;
      // Nobody is told what may have come after their removal: durable events go first.
      while (reader.cursor >= seat.head && !reader.stopped) {
        const busy = connection.drained();
        if (busy !== undefined) await busy;
        if (reader.cursor < seat.head || reader.stopped) break;
        const told = reader.next();
        if (told === undefined) {
          await reader.more(seat);
          break;
        }
        if (seat.watermarks.isLate(told)) continue;
        if (hears !== undefined && !(await hears(told as Event))) continue;
        if (reader.stopped) break;
        metrics.eventsDelivered.inc({ feed: kind });
        yield tracked(String(reader.cursor), told as Event);
      }
    }
    if (reader.refusal !== undefined && !options.signal.aborted) throw reader.refusal;
  } catch (error) {
    throw refusalOfOutage(error);
  } finally {
    seat?.[Symbol.dispose]();
    options.signal.removeEventListener('abort', stop);
    connection.signal.removeEventListener('abort', giveUp);
    connection.subscriptions -= 1;
    metrics.subscriptions.dec({ feed: kind });
  }
}

/**
 * The head is read before membership is asked: a removal in between is refused, a later one is met. The floor is in
 * the log already, so it counts as the head where the bus has not brought that much here.
 */
async function begin(seat: Seat, asked: number, admit: () => Promise<number>) {
  let head = seat.head;
  let floor = await admit();
  if (asked > Math.max(head, floor)) {
    await seat.refresh();
    head = seat.head;
    floor = await admit();
  }
  return { headSeq: Math.max(head, floor), floor };
}
