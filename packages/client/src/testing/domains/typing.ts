import type { ConversationEvent, Done, Id, InboxEvent, Typing as TypingEvent } from '@parley/contract';
import { LIMITS, type SetTyping } from '@parley/contract/schemas';
import { TypingSigns, TypingView } from '@parley/server/rules';
import type { output } from 'zod';

import type { Topic } from '../topic.ts';
import type { Person, World } from '../world.ts';

type TopicName = Parameters<TypingView['take']>[0];

/** Who is writing where: as the real server tells it, with one node. */
export class Typing implements Disposable {
  readonly #world: World;
  readonly #signs: TypingSigns;
  readonly #view: TypingView;

  constructor(world: World) {
    this.#world = world;
    const { clock } = world;
    this.#view = new TypingView({
      clock,
      tell: (topic, payload) => this.#topicOf(topic)?.tell({ type: 'typing', payload }, payload.userId),
    });
    this.#signs = new TypingSigns({
      clock,
      announce: {
        toRoom: (id, _type, payload, { leaseMs } = {}) => this.#take(`c:${id}`, payload, leaseMs),
        toInboxes: async (ids, _type, payload, { leaseMs } = {}) => {
          // Whoever has it open next hears of the next sign, as from the real server.
          const open = ids.filter((id) => this.#topicOf(`u:${id}`)?.isRead === true);
          for (const id of open) this.#take(`u:${id}`, payload, leaseMs);
        },
      },
      inboxesOf: async (id) => {
        const people = [...(world.talks.get(id)?.members.keys() ?? [])];
        return people.length > LIMITS.typingInboxParticipants ? [] : people;
      },
    });
  }

  set(caller: Person, { conversationId, isTyping }: output<typeof SetTyping>): Done {
    this.#world.standing(caller.id, conversationId);
    this.#signs.give({ conversationId, person: caller.user, isTyping });
    return { success: true };
  }

  /** Of one who has left. */
  stop(conversationId: Id, person: Person): void {
    this.#signs.give({ conversationId, person: person.user, isTyping: false });
  }

  in(conversationId: Id): ReadonlySet<Id> {
    return this.#view.in(conversationId);
  }

  #take(topic: TopicName, payload: unknown, leaseMs: number = LIMITS.typingExpiryMs): void {
    this.#view.take(topic, payload as TypingEvent, leaseMs);
  }

  /** A room's or an inbox's; both take this event. */
  #topicOf(name: TopicName): Pick<Topic<ConversationEvent & InboxEvent>, 'isRead' | 'tell'> | undefined {
    const id = name.slice(2);
    const { talks, people } = this.#world;
    return name.startsWith('c:') ? talks.get(id)?.topic : people.get(id)?.inbox;
  }

  [Symbol.dispose](): void {
    this.#signs[Symbol.dispose]();
    this.#view[Symbol.dispose]();
  }
}
