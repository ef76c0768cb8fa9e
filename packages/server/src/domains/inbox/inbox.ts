/** A person's own feed: every message, offer and change of membership that concerns them. */
import type { InboxEvent } from '@parley/contract';
import type { TrackedEnvelope } from '@trpc/server';

import type { Caller } from '../../core/caller.ts';
import type { Line } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import { inboxTopic } from '../../core/topics.ts';
import { feed } from '../../realtime/feed.ts';
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
): AsyncGenerator<TrackedEnvelope<InboxEvent>, void> {
  return feed<InboxEvent>({
    hub: services.hub,
    metrics: services.metrics,
    connection,
    line,
    signal,
    topic: inboxTopic(caller.id),
    userId: caller.id,
    lastEventId,
    admit: () => Promise.resolve(0),
    looksAt: LOOKS_AT,
    removes: () => false,
    show: (event) => event,
    // A sign may have been on its way while the caller left the conversation.
    hears: async ({ type, payload }) =>
      type !== 'typing' || (await isParticipant(services.db, payload.conversationId, caller.id)),
    greet: ({ resumed }) => ({
      type: 'connected',
      payload: { message: `Connected as ${caller.username}`, userId: caller.id, resumed },
    }),
    reset: (payload) => ({ type: 'reset', payload }),
  });
}
