// What a subscription of a stock client has delivered.
import type { ConversationEvent, ErrorReason, InboxEvent } from '@parley/contract';

import type { Client } from './people.ts';

type AnyEvent = ConversationEvent | InboxEvent;

export interface Delivered<Event extends AnyEvent> {
  id: string;
  data: Event;
}

/** A subscription and everything that it has brought so far. */
export class Watch<Event extends AnyEvent> {
  readonly delivered: Delivered<Event>[] = [];
  readonly errors: { code: string | undefined; reason: ErrorReason | undefined }[] = [];
  stopped = false;
  readonly #stop: () => void;

  constructor(start: (watch: Watch<Event>) => { unsubscribe(): void }) {
    const subscription = start(this);
    this.#stop = () => subscription.unsubscribe();
  }

  /** Events of one type, in order. */
  of<Type extends Event['type']>(type: Type): Extract<Event, { type: Type }>['payload'][] {
    return this.delivered.flatMap(({ data }) =>
      data.type === type ? [data.payload as Extract<Event, { type: Type }>['payload']] : [],
    );
  }

  /** The `count`th event of a type, waiting for it at most 20 s. */
  async next<Type extends Event['type']>(
    type: Type,
    count = 1,
  ): Promise<Extract<Event, { type: Type }>['payload']> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const found = this.of(type)[count - 1];
      if (found !== undefined) return found;
      if (Date.now() > deadline || this.errors.length > 0) {
        const seen = this.delivered.map(({ data }) => data.type).join(', ');
        const state = this.stopped ? 'stopped' : 'going on';
        throw new Error(
          `no ${type} (${count}) among ${seen}; it is ${state}; errors: ${JSON.stringify(this.errors)}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  unsubscribe(): void {
    this.#stop();
  }
}

const listeners = <Event extends AnyEvent>(watch: Watch<Event>) => ({
  onData: (value: Delivered<Event>) => watch.delivered.push(value),
  onError: (error: { data?: { code: string; reason: ErrorReason } | null | undefined }) =>
    watch.errors.push({ code: error.data?.code, reason: error.data?.reason }),
  onStopped: () => (watch.stopped = true),
  onComplete: () => (watch.stopped = true),
});

export const watchRoom = (client: Client, conversationId: string, lastEventId?: string) =>
  new Watch<ConversationEvent>((watch) =>
    client.conversations.events.subscribe({ conversationId, lastEventId }, listeners(watch)),
  );

export const watchInbox = (client: Client, lastEventId?: string) =>
  new Watch<InboxEvent>((watch) => client.inbox.events.subscribe({ lastEventId }, listeners(watch)));
