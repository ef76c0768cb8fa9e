/** Who is writing where, over all nodes. Never stored: signs travel as frames, and each node that serves a room has a view. */
import { LIMITS } from '@parley/contract/schemas';

import type { Announce } from '../../core/announce.ts';
import type { Clock } from '../../core/clock.ts';
import { roomTopic } from '../../core/topics.ts';
import type { Hub } from '../../realtime/hub.ts';
import { TypingSigns, type TypingSign } from './typing-signs.ts';
import { TypingView, type TypingChange } from './typing-view.ts';

declare module '../../core/services.ts' {
  interface Services {
    typing: Typing;
  }
}

export class Typing implements Disposable {
  readonly #hub: Hub;
  readonly #signs: TypingSigns;
  readonly #view: TypingView;

  constructor({ clock, announce, hub }: { clock: Clock; announce: Announce; hub: Hub }) {
    this.#hub = hub;
    this.#signs = new TypingSigns({ clock, announce });
    this.#view = new TypingView({
      clock,
      tell: (payload) =>
        hub.tell(roomTopic(payload.conversationId), { type: 'typing', payload }, payload.userId),
    });
    hub.intercept('typing', ({ payload }, { leaseMs = LIMITS.typingExpiryMs }) =>
      this.#view.take(payload as TypingChange, leaseMs),
    );
  }

  set(sign: TypingSign): void {
    this.#signs.give(sign);
    const { conversationId, person, isTyping } = sign;
    // For whoever opens the room next: nobody hears the frame here.
    if (this.#hub.serves(roomTopic(conversationId))) return;
    const change = { conversationId, userId: person.id, username: person.username, isTyping };
    this.#view.take(change, LIMITS.typingExpiryMs);
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
