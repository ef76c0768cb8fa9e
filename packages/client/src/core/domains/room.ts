import type { ClientId, ConversationEvent, Id, Message, OpenedRoom, Seq } from '@parley/contract';

import type { CacheAction } from '../cache/action.ts';
import type { CachedRoom } from '../cache/state.ts';
import {
  conversationViewer,
  NOT_LOADING,
  type RoomProgress,
  type ToConversationView,
} from '../cache/views.ts';
import { pause } from '../calls.ts';
import { newClientId } from '../client-id.ts';
import type { Core } from '../core.ts';
import { unreachable, type ParleyClientError } from '../errors.ts';
import type { FeedOptions, Sequenced } from '../feed.ts';
import { Live } from '../live.ts';
import type { Stored } from '../store.ts';
import type * as changesModule from './changes.ts';
import type { Scope } from './changes.ts';
import type { ConversationView, LiveConversation } from './conversation.ts';
import type { MessageDraft } from './message.ts';
import { TypingSign } from './typing.ts';

export type RoomList = 'olderMessages' | 'olderOffers' | 'gap';

type Changes = typeof changesModule;

let changes: Changes | undefined;
const loadChanges = async (): Promise<Changes> => (changes ??= await import('./changes.ts'));
/** Once a room is shown: what is to be shown has the line to itself, which on a phone is a narrow one. */
const prepareChanges = (): void => void loadChanges().catch(() => undefined);

interface WatchedOffer {
  readonly id: Id;
  /** It is not to be had any more. */
  readonly refused: (error: ParleyClientError) => void;
}

export class Room extends Live<ConversationView, ConversationEvent, RoomList> implements LiveConversation {
  readonly id: Id;
  readonly #core: Core;
  readonly #sign: TypingSign;
  readonly #toView: ToConversationView;
  /** Offers that are shown by themselves, wherever in the list they are. */
  readonly #watched = new Set<WatchedOffer>();
  /** The seq of the last event before it was followed. */
  #attachedAt: Seq = 0;
  /** The newest pages, asked for as one began to follow, or why they could not be had. */
  #early: Promise<OpenedRoom | ParleyClientError | void> | undefined;

  constructor(core: Core, id: Id) {
    const cursor = core.store.cache.conversations.get(id)?.room?.cursor ?? null;
    super(core.store, cursor, { olderMessages: NOT_LOADING, olderOffers: NOT_LOADING, gap: NOT_LOADING });
    this.id = id;
    this.#core = core;
    this.#sign = new TypingSign((isTyping) => core.sign({ conversationId: id, isTyping }));
    this.#toView = conversationViewer(id, {
      moveOffer: this.#late(({ moveOffer }) => moveOffer),
      loadGap: () => this.#more('gap', this.cached?.gap?.cursor),
    });
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

  readonly edit = this.#late(({ edit }) => edit);

  readonly remove = this.#late(({ remove }) => remove);

  readonly react = this.#late(({ react }) => react);

  readonly jumpTo = this.#late(({ jumpTo }) => jumpTo);

  readonly createOffer = this.#late(({ createOffer }) => createOffer);

  readonly rename = this.#late(({ rename }) => rename);

  readonly addMembers = this.#late(({ addMembers }) => addMembers);

  readonly removeMember = this.#late(({ removeMember }) => removeMember);

  readonly setRole = this.#late(({ setRole }) => setRole);

  readonly leave = this.#late(({ leave }) => leave);

  readonly typing = (isTyping = true): void => this.#sign.set(isTyping);

  readonly read = (upToSeq = this.#newest): Promise<void> => {
    if (upToSeq !== undefined) return this.#core.readMarks.move(this.id, upToSeq);
    // What comes after it was attached to has been seen by nobody.
    const read = this.load().then(() => {
      const seen = this.cached?.messages.findLast(({ seq }) => seq <= this.#attachedAt);
      return seen && this.read(seen.seq);
    });
    read.catch(() => undefined);
    return read;
  };

  readonly loadOlder = (): Promise<void> => this.#more('olderMessages', this.cached?.olderMessages);

  readonly loadOlderOffers = (): Promise<void> => this.#more('olderOffers', this.cached?.olderOffers);

  get #at(): { conversationId: Id } {
    return { conversationId: this.id };
  }

  get #newest(): Seq | undefined {
    return this.cached?.messages.at(-1)?.seq;
  }

  /** Null unless it is loaded. */
  get cached(): CachedRoom | null {
    return this.store.cache.conversations.get(this.id)?.room ?? null;
  }

  /** A verb of {@link Changes}: at once where the chunk is there, as it is soon after a room is there. */
  #late<Args extends unknown[], Answer>(
    pick: (changes: Changes) => (scope: Scope, ...args: Args) => Promise<Answer>,
  ): (...args: Args) => Promise<Answer> {
    return (...args) => {
      const act = (changes: Changes) =>
        pick(changes)({ core: this.#core, room: this, clientId: newClientId(), error: unreachable }, ...args);
      return changes === undefined ? loadChanges().then(act) : act(changes);
    };
  }

  /** A page of a list, where there is another one. */
  async #more(list: RoomList, cursor: string | null | undefined): Promise<void> {
    if (cursor)
      await this.more(list, async () => (await loadChanges())[list](this.#core, { ...this.#at, cursor }));
  }

  /** Follows the room, and has the offer among those that come with it, however old it is. */
  watchOffer(offer: WatchedOffer, changed: () => void): () => void {
    this.#watched.add(offer);
    const end = this.subscribe(changed);
    return () => {
      this.#watched.delete(offer);
      end();
    };
  }

  protected view({ cache, pending }: Stored, progress: RoomProgress): ConversationView {
    return this.#toView(cache, pending, progress);
  }

  protected follow: FeedOptions<ConversationEvent>['subscribe'] = (after, observer) => {
    const { conversations } = this.#core.trpc;
    const following = conversations.events.subscribe({ ...this.#at, ...after }, observer);
    if (!after.lastEventId) {
      this.#early = conversations.open.query(this.#at).catch((error: ParleyClientError) => error);
      void this.#core.identified().catch(() => undefined);
    }
    return following;
  };

  protected outdates({ type, payload }: ConversationEvent): boolean {
    return type === 'reset' || (type === 'joined' && !payload.resumed);
  }

  protected async pages(cursor: Seq, signal: AbortSignal): Promise<readonly CacheAction[]> {
    this.#attachedAt = cursor;
    const early = this.#early;
    this.#early = undefined;
    let opened = await early;
    if (opened instanceof Error) opened = await pause(opened.data?.retryAfterMs ?? 0, signal);
    // Those of before it was followed lack what happened until then.
    if (!opened || opened.conversation.headSeq < cursor)
      opened = await this.#core.ask((calls) => calls.conversations.open.query(this.#at), signal);
    const { offers } = opened;
    await this.#core.ask(this.#core.identified, signal);
    for (const { id: offerId, refused } of this.#watched) {
      if (offers.items.some(({ id }) => id === offerId)) continue;
      await this.#core
        .ask((calls) => calls.offers.get.query({ offerId }), signal)
        .then(
          (offer) => offers.items.push(offer),
          (error: ParleyClientError) => signal.aborted || refused(error),
        );
    }
    return [{ type: 'room', cursor, ...opened }];
  }

  protected loaded(): void {
    const newest = this.cached?.messages.at(-1);
    if (newest) this.#core.received(this.id, newest);
  }

  protected action({ seq, event }: Sequenced<ConversationEvent>): CacheAction {
    return { type: 'room-event', conversationId: this.id, seq, event };
  }

  protected override watch(): () => void {
    this.#core.keep(this);
    return super.watch();
  }

  protected override gone(): void {
    this.#early = undefined;
    this.#core.lost(this.id);
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
    if (type === 'joined') prepareChanges();
  }
}
