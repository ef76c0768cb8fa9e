/** Who is writing where, over all nodes. Never stored: signs travel as frames, and each node that serves a room or an inbox has a view. */
import type { Typing as TypingEvent } from '@parley/contract';
import { LIMITS } from '@parley/contract/schemas';

import type { Announce } from '../../core/announce.ts';
import type { Clock } from '../../core/clock.ts';
import { roomTopic } from '../../core/topics.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Hub } from '../../realtime/hub.ts';
import { inboxesToTell } from './store.ts';
import { TypingSigns, type TypingSign } from './typing-signs.ts';
import { TypingView } from './typing-view.ts';

declare module '../../core/services.ts' {
  interface Services {
    typing: Typing;
  }
}

export interface TypingParts {
  db: PrismaClient;
  clock: Clock;
  announce: Announce;
  hub: Hub;
}

export class Typing implements Disposable {
  readonly #hub: Hub;
  readonly #signs: TypingSigns;
  readonly #view: TypingView;

  constructor({ db, clock, announce, hub }: TypingParts) {
    this.#hub = hub;
    this.#signs = new TypingSigns({ clock, announce, inboxesOf: (id) => inboxesToTell(db, id) });
    this.#view = new TypingView({
      clock,
      tell: (topic, payload) => hub.tell(topic, { type: 'typing', payload }, payload.userId),
    });
    hub.intercept('typing', ({ payload }, { leaseMs = LIMITS.typingExpiryMs }, topic) =>
      this.#view.take(topic, payload as TypingEvent, leaseMs),
    );
  }

  set(sign: TypingSign): void {
    this.#signs.give(sign);
    const { conversationId, person, isTyping } = sign;
    // For whoever opens the room next: nobody hears the frame here.
    const topic = roomTopic(conversationId);
    if (this.#hub.serves(topic)) return;
    const change = { conversationId, userId: person.id, username: person.username, isTyping };
    this.#view.take(topic, change, LIMITS.typingExpiryMs);
  }

  /** Those who are writing in a conversation, as far as this node has heard since somebody has it open here. */
  in(conversationId: string): ReadonlySet<string> {
    return this.#view.in(conversationId);
  }

  [Symbol.dispose](): void {
    this.#signs[Symbol.dispose]();
    this.#view[Symbol.dispose]();
  }
}
