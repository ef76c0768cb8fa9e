import type { ConversationFacts, Id, MessageView, OfferView, ParticipantView } from '@parley/client';
import { createContext, use } from 'react';

/** What every row of a room may need: who is in it, and what rows ask of the room. The same object until it changes. */
export interface RoomScope {
  conversation: ConversationFacts;
  participants: readonly ParticipantView[];
  myId: Id;
  /** Whether one may take away what others have written. */
  isModerator: boolean;
  /** The message with that id, where it is loaded. */
  messageOf: (id: Id) => MessageView | undefined;
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
