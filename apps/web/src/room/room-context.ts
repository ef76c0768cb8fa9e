import type { ConversationFacts, Id, MessageView, OfferView } from '@parley/client';
import { createContext, use } from 'react';

import type { Person } from '../talks/names.ts';

/**
 * What every row of a room may need: who is in it, and what rows ask of the room. A change of it draws every row anew, so
 * nothing is in it that a message changes.
 */
export interface RoomScope {
  conversation: ConversationFacts;
  participants: readonly Person[];
  myId: Id;
  /** Whether one may take away what others have written. */
  isModerator: boolean;
  /** The offer with that id, where it is loaded. */
  offerOf: (id: Id) => OfferView | undefined;
  /** Leads to a message or an offer. */
  jumpTo: (id: Id) => void;
  reply: (message: MessageView) => void;
  edit: (message: MessageView) => void;
  counter: (offer: OfferView) => void;
  remove: (message: MessageView) => void;
  react: (message: MessageView, emoji: string) => void;
  retry: (clientId: string) => void;
  discard: (clientId: string) => void;
}

const RoomContext = createContext<RoomScope | null>(null);

export const RoomProvider = RoomContext.Provider;

export function useRoomScope(): RoomScope {
  const scope = use(RoomContext);
  if (scope === null) throw new Error('There is no room here');
  return scope;
}
