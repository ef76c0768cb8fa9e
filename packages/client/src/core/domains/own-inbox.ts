import type { Conversation, InboxEvent, Seq } from '@parley/contract';

import type { Inputs } from '../../inference.ts';
import type { CacheAction } from '../cache/action.ts';
import { inboxViewer } from '../cache/views-list.ts';
import { NOT_LOADING } from '../cache/views.ts';
import { newClientId } from '../client-id.ts';
import type { Core } from '../core.ts';
import type { FeedOptions, Sequenced } from '../feed.ts';
import { Live, type Progress } from '../live.ts';
import type { Stored } from '../store.ts';
import type { Inbox, InboxView } from './inbox.ts';

export class OwnInbox extends Live<InboxView, InboxEvent, 'more'> implements Inbox {
  readonly #core: Core;
  readonly #toView = inboxViewer();
  /** Whether the list that is there is of no use any more. */
  #isAnew = false;

  constructor(core: Core, cursor: Seq | null) {
    super(core.store, cursor, { more: NOT_LOADING });
    this.#core = core;
  }

  get conversations(): InboxView['conversations'] {
    return this.getSnapshot().conversations;
  }

  get unread(): InboxView['unread'] {
    return this.getSnapshot().unread;
  }

  readonly loadMore = async (): Promise<void> => {
    const cursor = this.store.cache.nextConversations;
    if (cursor === null) return;
    await this.more('more', async () => ({
      type: 'conversations',
      cursor,
      page: await this.#core.call(({ conversations }) => conversations.list.query({ cursor })),
    }));
  };

  readonly create = async (draft: Inputs['conversations']['create']): Promise<Conversation> => {
    const input = { clientId: newClientId(), ...draft };
    const conversation = await this.#core.call(({ conversations }) => conversations.create.mutate(input));
    this.store.dispatch({ type: 'conversation', conversation });
    return conversation;
  };

  protected view({ cache }: Stored, progress: Progress<'more'>): InboxView {
    return this.#toView(cache, progress);
  }

  protected follow: FeedOptions<InboxEvent>['subscribe'] = (after, observer) =>
    this.#core.trpc.inbox.events.subscribe(after, {
      ...observer,
      onData: (value) => {
        if (value.data.type === 'connected') this.#core.identify(value.data.payload.userId);
        observer.onData(value);
      },
    });

  /** Also where it resumes: what is replayed counts as it did then, and what one read elsewhere is not replayed. */
  protected outdates({ type, payload }: InboxEvent): boolean {
    this.#isAnew ||= type === 'reset' || (type === 'connected' && !payload.resumed);
    return type === 'connected' || type === 'reset';
  }

  protected async pages(_cursor: Seq, signal: AbortSignal): Promise<readonly CacheAction[]> {
    const [page, unread] = await this.#core.ask(
      ({ conversations, inbox }) =>
        Promise.all([conversations.list.query({}), inbox.unread.query(undefined)]),
      signal,
    );
    const isAnew = this.#isAnew;
    this.#isAnew = false;
    return [
      isAnew ? { type: 'conversations', cursor: null, page } : { type: 'recent-conversations', page },
      { type: 'unread', ...unread },
    ];
  }

  protected loaded(): void {
    for (const id of this.store.cache.list ?? []) {
      const { lastMessage } = this.store.cache.conversations.get(id) ?? {};
      if (lastMessage) this.#core.received(id, lastMessage);
    }
  }

  protected action({ event }: Sequenced<InboxEvent>): CacheAction {
    return { type: 'inbox-event', event };
  }

  protected heard({ type, payload }: InboxEvent): void {
    if (type === 'new-message')
      this.#core.received(payload.conversationId, { seq: payload.seq, userId: payload.message.user.id });
    if (type === 'connected') this.#core.connected();
    if (type === 'conversation-added') this.#core.moved(payload.conversationId, true);
    if (type === 'conversation-removed') this.#core.moved(payload.conversationId, false);
    if (this.store.cache.missing.size > 0) this.feed.reload();
  }
}
