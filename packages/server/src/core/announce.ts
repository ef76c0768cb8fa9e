import type { Bus } from '../bus/bus.ts';
import type { Frame } from '../bus/frame.ts';
import { encodeEvent, type EphemeralEvents } from './event.ts';
import { inSlices } from './in-slices.ts';
import type { Metrics } from './metrics.ts';
import { inboxTopic, roomTopic, type Topic } from './topics.ts';

/** What goes with an ephemeral event, and is not part of it. */
export type FrameOptions = Pick<Frame, 'except' | 'after' | 'leaseMs'>;

/** The only ephemeral write: tells whoever is there now, and nothing remembers it. */
export interface Announce {
  toRoom<Type extends keyof EphemeralEvents['room'] & string>(
    conversationId: string,
    type: Type,
    payload: EphemeralEvents['room'][Type],
    options?: FrameOptions,
  ): void;
  toInbox<Type extends keyof EphemeralEvents['inbox'] & string>(
    userId: string,
    type: Type,
    payload: EphemeralEvents['inbox'][Type],
  ): void;
  /** The same to many rooms, encoded once. Resolves when all are told. */
  toRooms<Type extends keyof EphemeralEvents['room'] & string>(
    conversationIds: readonly string[],
    type: Type,
    payload: EphemeralEvents['room'][Type],
    options?: Pick<FrameOptions, 'except'>,
  ): Promise<void>;
  /** The same to many people, encoded once. Resolves when all are told. */
  toInboxes<Type extends keyof EphemeralEvents['inbox'] & string>(
    userIds: readonly string[],
    type: Type,
    payload: EphemeralEvents['inbox'][Type],
    options?: Pick<FrameOptions, 'leaseMs'>,
  ): Promise<void>;
}

export function createAnnounce(bus: Bus, metrics: Metrics): Announce {
  const frameOf = (type: string, payload: unknown, options?: FrameOptions): Frame => ({
    seq: null,
    type,
    ...encodeEvent({ type, payload }),
    ...options,
  });
  const publish = (topics: readonly Topic[], frame: Frame) => {
    metrics.eventsPublished.inc({ type: frame.type }, topics.length);
    for (const topic of topics) bus.publish(topic, frame);
  };
  const publishAll = (topics: readonly Topic[], frame: Frame) =>
    inSlices(topics, (slice) => publish(slice, frame));
  return {
    toRoom: (conversationId, type, payload, options) =>
      publish([roomTopic(conversationId)], frameOf(type, payload, options)),
    toInbox: (userId, type, payload) => publish([inboxTopic(userId)], frameOf(type, payload)),
    toRooms: (conversationIds, type, payload, options) =>
      publishAll(conversationIds.map(roomTopic), frameOf(type, payload, options)),
    toInboxes: (userIds, type, payload, options) =>
      publishAll(userIds.map(inboxTopic), frameOf(type, payload, options)),
  };
}
