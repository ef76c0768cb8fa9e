import type { Bus } from '../bus/bus.ts';
import { encodeEvent, type EphemeralEvents } from './event.ts';
import type { Metrics } from './metrics.ts';
import { inboxTopic, roomTopic } from './topics.ts';

/** The only ephemeral write: tells whoever is there now, and nothing remembers it. */
export interface Announce {
  toRoom<Type extends keyof EphemeralEvents['room'] & string>(
    conversationId: string,
    type: Type,
    payload: EphemeralEvents['room'][Type],
    options?: { except?: string },
  ): void;
  toInbox<Type extends keyof EphemeralEvents['inbox'] & string>(
    userId: string,
    type: Type,
    payload: EphemeralEvents['inbox'][Type],
  ): void;
}

export function createAnnounce(bus: Bus, metrics: Metrics): Announce {
  const publish = (topic: string, type: string, payload: unknown, except?: string) => {
    metrics.eventsPublished.inc({ type });
    bus.publish(topic, {
      seq: null,
      type,
      body: encodeEvent({ type, payload }),
      ...(except !== undefined && { except }),
    });
  };
  return {
    toRoom: (conversationId, type, payload, options) =>
      publish(roomTopic(conversationId), type, payload, options?.except),
    toInbox: (userId, type, payload) => publish(inboxTopic(userId), type, payload),
  };
}
