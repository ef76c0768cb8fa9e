/** What a hook without an id watches: it is idle, and what is asked of it is refused. */
import type { ConversationView, LiveConversation } from '../core/domains/conversation.ts';
import type { PresenceView } from '../core/domains/presence.ts';
import type { LiveOfferView } from '../core/live-client.ts';
import type { Paging } from '../core/status.ts';
import type { Subscribable } from '../core/subscribable.ts';

const ignore = () => undefined;
const refuse = () => Promise.reject(new Error('The hook was given no id: there is nothing to do this with'));

function still<Value>(value: Value): Subscribable<Value> {
  return { getSnapshot: () => value, subscribe: () => ignore };
}

const IDLE = { status: 'idle', error: null } as const;
const NO_PAGES: Paging = { hasMore: false, isLoading: false, error: null };

export const NO_OFFER: Subscribable<LiveOfferView> = still({ ...IDLE, offer: null });
export const NO_PRESENCE: Subscribable<PresenceView> = still({ ...IDLE, presence: new Map() });
/** Of an empty list, where nothing has to be waited for. */
export const NOBODY: Subscribable<PresenceView> = still({ ...IDLE, status: 'ready', presence: new Map() });

const view: ConversationView = {
  ...IDLE,
  conversation: null,
  participants: [],
  messages: [],
  olderMessages: NO_PAGES,
  gap: null,
  offers: [],
  olderOffers: NO_PAGES,
  typing: [],
};

/** What the hooks use of a conversation. */
export type Room = Omit<
  LiveConversation,
  keyof ConversationView | 'id' | 'cursor' | 'on' | 'load' | typeof Symbol.asyncIterator
> &
  Pick<LiveConversation, 'typing'>;

export const NO_ROOM: Room = {
  ...still(view),
  send: refuse,
  retry: ignore,
  discard: ignore,
  edit: refuse,
  remove: refuse,
  react: refuse,
  typing: ignore,
  read: refuse,
  loadOlder: refuse,
  loadOlderOffers: refuse,
  jumpTo: refuse,
  createOffer: refuse,
  rename: refuse,
  addMembers: refuse,
  removeMember: refuse,
  setRole: refuse,
  leave: refuse,
};
