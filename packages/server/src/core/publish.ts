import type { Bus } from '../bus/bus.ts';
import { EventFrame } from './event-frame.ts';
import { inSlices } from './in-slices.ts';
import type { Metrics } from './metrics.ts';
import type { Topic } from './topics.ts';

/** A durable event and its place. */
export interface Committed {
  readonly topic: Topic;
  readonly seq: number;
  readonly event: { type: string; payload: unknown };
}

export interface PublishParts {
  bus: Bus;
  metrics: Metrics;
}

/** Tells the bus what has been committed, in the order given: that of each topic's seq. */
export function publish({ bus, metrics }: PublishParts, committed: readonly Committed[]): void {
  for (const { topic, seq, event } of committed) {
    metrics.eventsPublished.inc({ type: event.type });
    bus.publish(topic, new EventFrame(seq, event));
  }
}

/** The same for many, with pauses. Resolves when all are told. */
export const publishMany = (parts: PublishParts, committed: readonly Committed[]): Promise<void> =>
  inSlices(committed, (slice) => publish(parts, slice));
