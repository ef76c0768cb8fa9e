import type { ClientId, ConversationEvent, Id, Message, Offer, Role, Seq } from '@parley/contract';

import type { CacheAction } from '../cache/action.ts';
import type { MoveOffer } from '../cache/offer-view.ts';
import type { CachedRoom } from '../cache/state.ts';
import {
  conversationViewer,
  NOT_LOADING,
  type RoomProgress,
  type ToConversationView,
} from '../cache/views.ts';
import type { ParleyCalls } from '../calls.ts';
import { newClientId } from '../client-id.ts';
import type { Act, Core } from '../core.ts';
import { isParleyError } from '../errors.ts';
import type { FeedOptions, Sequenced } from '../feed.ts';
import { Live } from '../live.ts';
import type { Stored } from '../store.ts';
import type { ConversationView, LiveConversation } from './conversation.ts';
import type { MessageDraft } from './message.ts';
import type { OfferDraft } from './offer.ts';
import { TypingSign } from './typing.ts';

type RoomList = 'olderMessages' | 'olderOffers' | 'gap';

const toMessage = ({ message }: { message: Message }): CacheAction => ({ type: 'message', message });

interface PageAt {
  conversationId: Id;
  cursor: string;
}

export class Room extends Live<ConversationView, ConversationEvent, RoomList> implements LiveConversation {
  readonly id: Id;
  readonly #core: Core;
  readonly #sign: TypingSign;
  readonly #toView: ToConversationView;

  constructor(core: Core, id: Id) {
    const cursor = core.store.cache.conversations.get(id)?.room?.cursor ?? null;
    super(core.store, cursor, { olderMessages: NOT_LOADING, olderOffers: NOT_LOADING, gap: NOT_LOADING });
    this.id = id;
    this.#core = core;
    this.#sign = new TypingSign((isTyping) => core.sign({ conversationId: id, isTyping }));
    this.#toView = conversationViewer(id, { moveOffer: this.#move, loadGap: this.#loadGap });
  }

  get messages(): ConversationView['messages'] {
    return this.getSnapshot().messages;
  }

  get participants(): ConversationView['participants'] {
    return this.getSnapshot().participants;
  }

  get offers(): ConversationView['offers'] {
    return this.getSnapshot().offers;
  }

  readonly send = (draft: string | MessageDraft): Promise<Message> => {
    this.#sign.set(false);
    const add = () => this.#core.outbox.add(this.id, typeof draft === 'string' ? { content: draft } : draft);
    if (this.store.cache.myId !== null) return add();
    // With the application's own tokens only the server knows whose message it is.
    const added = this.#core.identified().then(add);
    added.catch(() => undefined);
    return added;
  };

  readonly retry = (clientId: ClientId): void => this.#core.outbox.retry(clientId);

  readonly discard = (clientId: ClientId): void => this.#core.outbox.discard(clientId);

  readonly edit = (messageId: Id, content: string): Promise<void> =>
    this.store.during('edits', { messageId, content, at: new Date() }, () =>
      this.#change(({ messages }) => messages.edit.mutate({ messageId, content }), toMessage),
    );

  readonly remove = (messageId: Id): Promise<void> =>
    this.store.during('removals', { messageId, at: new Date() }, () =>
      this.#change(({ messages }) => messages.delete.mutate({ messageId }), toMessage),
    );

  readonly react = (messageId: Id, emoji: string, on = true): Promise<void> =>
    this.store.during('reactions', { messageId, emoji, on }, () =>
      this.#change(({ messages }) => messages.react.mutate({ messageId, emoji, on })),
    );

  readonly typing = (isTyping = true): void => this.#sign.set(isTyping);

  readonly read = (upToSeq = this.#room?.messages.at(-1)?.seq ?? 0): Promise<void> =>
    this.#core.readMarks.move(this.id, upToSeq);

  readonly loadOlder = (): Promise<void> =>
    this.#more('olderMessages', this.#room?.olderMessages, async (at, { messages }) => ({
      type: 'older-messages',
      ...at,
      page: await messages.list.query(at),
    }));

  readonly loadOlderOffers = (): Promise<void> =>
    this.#more('olderOffers', this.#room?.olderOffers, async (at, { offers }) => ({
      type: 'older-offers',
      ...at,
      page: await offers.list.query(at),
    }));

  readonly #loadGap = (): Promise<void> =>
    this.#more('gap', this.#room?.gap?.cursor, async (at, { messages }) => ({
      type: 'gap-page',
      ...at,
      page: await messages.list.query({ ...at, direction: 'newer' }),
    }));

  readonly jumpTo = async (to: Id | Seq): Promise<void> => {
    await this.load();
    if (this.#room?.messages.some(({ id, seq }) => id === to || seq === to) === true) return;
    const at = { conversationId: this.id, ...(typeof to === 'number' ? { fromSeq: to } : { fromId: to }) };
    const [older, newer] = await this.#core.call(({ messages }) =>
      Promise.all([messages.list.query(at), messages.list.query({ ...at, direction: 'newer' })]),
    );
    this.store.dispatch({ type: 'around', conversationId: this.id, older, newer });
  };

  readonly createOffer = async (draft: OfferDraft): Promise<Offer> => {
    const input = { clientId: newClientId(), ...draft, ...this.#at };
    const { offer } = await this.#core.call(({ offers }) => offers.create.mutate(input));
    this.store.dispatch({ type: 'offer', offer });
    return offer;
  };

  readonly rename = (title: string): Promise<void> =>
    this.#change(({ conversations }) => conversations.rename.mutate({ ...this.#at, title }));

  readonly addMembers = (userIds: readonly Id[]): Promise<void> =>
    this.#change(
      ({ conversations }) => conversations.addMembers.mutate({ ...this.#at, userIds: [...userIds] }),
      (conversation) => ({ type: 'conversation', conversation }),
    );

  readonly removeMember = (userId: Id): Promise<void> =>
    this.#change(({ conversations }) => conversations.removeMember.mutate({ ...this.#at, userId }));

  readonly setRole = (userId: Id, role: Role): Promise<void> =>
    this.#change(({ conversations }) => conversations.setRole.mutate({ ...this.#at, userId, role }));

  readonly leave = (): Promise<void> =>
    this.#change(({ conversations }) => conversations.leave.mutate(this.#at));

  get #at(): { conversationId: Id } {
    return { conversationId: this.id };
  }

  get #room(): CachedRoom | null | undefined {
    return this.store.cache.conversations.get(this.id)?.room;
  }

  readonly #move: MoveOffer = (offer, action, terms) => {
    const at = { conversationId: this.id, offerId: offer.id };
    const clientId = newClientId();
    let isRepeated = false;
    const told = (offer: Offer) => {
      this.store.dispatch({ type: 'offer', offer });
      return offer;
    };
    return this.store.during('moves', { offerId: offer.id, action }, () =>
      this.#core.call(async ({ offers }) => {
        try {
          const { offer: now, counterOffer } = await offers.update.mutate(
            action === 'countered'
              ? { ...at, status: action, counter: { clientId, ...terms } }
              : { ...at, status: action, ...(action === 'accepted' && { expectedVersion: offer.version }) },
          );
          told(now);
          return counterOffer === undefined ? now : told(counterOffer);
        } catch (error) {
          const now = isParleyError(error) ? error.data.offer : undefined;
          if (now !== undefined) told(now);
          // The answer to the same move may have been lost.
          if (isRepeated && now?.status === action) return now;
          isRepeated = true;
          throw error;
        }
      }),
    );
  };

  /** What the answer does not tell comes as an event. */
  async #change<Answer>(act: Act<Answer>, told?: (answer: Answer) => CacheAction): Promise<void> {
    const answer = await this.#core.call(act);
    if (told) this.store.dispatch(told(answer));
  }

  async #more(
    list: RoomList,
    cursor: string | null | undefined,
    act: (at: PageAt, calls: ParleyCalls) => Promise<CacheAction>,
  ): Promise<void> {
    if (!cursor) return;
    const at = { ...this.#at, cursor };
    await this.more(list, () => this.#core.call((calls) => act(at, calls)));
  }

  protected view({ cache, pending }: Stored, progress: RoomProgress): ConversationView {
    return this.#toView(cache, pending, progress);
  }

  protected follow: FeedOptions<ConversationEvent>['subscribe'] = (after, observer) =>
    this.#core.trpc.conversations.events.subscribe({ conversationId: this.id, ...after }, observer);

  protected outdates({ type, payload }: ConversationEvent): boolean {
    return type === 'reset' || (type === 'joined' && !payload.resumed);
  }

  protected async pages(cursor: Seq, signal: AbortSignal): Promise<readonly CacheAction[]> {
    const at = this.#at;
    const [conversation, messages, offers] = await this.#core.ask(
      (calls) =>
        Promise.all([
          calls.conversations.get.query(at),
          calls.messages.list.query(at),
          calls.offers.list.query(at),
          this.#core.identified(),
        ]),
      signal,
    );
    return [{ type: 'room', cursor, conversation, messages, offers }];
  }

  protected loaded(): void {
    const newest = this.#room?.messages.at(-1);
    if (newest) this.#core.received(this.id, newest);
  }

  protected action({ seq, event }: Sequenced<ConversationEvent>): CacheAction {
    return { type: 'room-event', conversationId: this.id, seq, event };
  }

  protected override gone(): void {
    this.store.dispatch({ type: 'room-forgotten', ...this.#at });
  }

  protected override left(): void {
    this.store.dispatch({ type: 'room-closed', ...this.#at });
  }

  override end(): void {
    this.#sign.set(false);
    super.end();
  }

  protected heard({ type, payload }: ConversationEvent): void {
    if (type === 'message') this.#core.received(this.id, payload);
  }
}
