/** A person's own feed: every message, offer and change of membership that concerns them. */
import type { InboxEvent } from '@parley/contract';

import type { Caller } from '../../core/caller.ts';
import type { Line } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import type { Services } from '../../core/services.ts';
import { inboxTopic, type Topic } from '../../core/topics.ts';
import { Feed } from '../../realtime/feed.ts';
import type { Follower, Reset } from '../../realtime/follower.ts';
import { isParticipant } from '../conversations/membership.ts';

export interface WatchInboxOptions {
  lastEventId?: string | null | undefined;
  line?: Line | undefined;
  signal: AbortSignal;
}

const LOOKS_AT: ReadonlySet<string> = new Set(['typing'] satisfies InboxEvent['type'][]);

export function watchInbox(
  { services, connection }: Pick<Context, 'services' | 'connection'>,
  caller: Caller,
  { lastEventId, line, signal }: WatchInboxOptions,
): Feed<InboxEvent> {
  const { hub, metrics } = services;
  const follower = new InboxFollower(services, caller);
  return new Feed({ hub, metrics, connection, line, signal, follower, lastEventId });
}

class InboxFollower implements Follower<InboxEvent> {
  readonly topic: Topic;
  readonly #services: Services;
  readonly #caller: Caller;

  constructor(services: Services, caller: Caller) {
    this.topic = inboxTopic(caller.id);
    this.#services = services;
    this.#caller = caller;
  }

  get looksAt(): ReadonlySet<string> {
    return LOOKS_AT;
  }

  get userId(): string {
    return this.#caller.id;
  }

  admit(): Promise<number> {
    return Promise.resolve(0);
  }

  removes(): boolean {
    return false;
  }

  show(event: InboxEvent): InboxEvent {
    return event;
  }

  /** A sign may have been on its way while the caller left the conversation. */
  async hears({ type, payload }: InboxEvent): Promise<boolean> {
    return type !== 'typing' || isParticipant(this.#services.db, payload.conversationId, this.userId);
  }

  greet({ resumed }: { resumed: boolean }): InboxEvent {
    const { id: userId, username } = this.#caller;
    return { type: 'connected', payload: { message: `Connected as ${username}`, userId, resumed } };
  }

  reset(payload: Reset): InboxEvent {
    return { type: 'reset', payload };
  }
}
