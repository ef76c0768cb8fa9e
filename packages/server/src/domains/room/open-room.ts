import type { OpenedRoom } from '@parley/contract';
import { ListMessages, ListOffers } from '@parley/contract/schemas';

import type { Caller } from '../../core/caller.ts';
import type { Services } from '../../core/services.ts';
import { getConversation } from '../conversations/conversations.ts';
import { listMessages } from '../messages/messages.ts';
import { listOffers } from '../offers/offers.ts';

/** What a room shows when it is opened. The conversation's head is read before the rest, which is no older than that. */
export async function openRoom(
  services: Services,
  caller: Caller,
  conversationId: string,
): Promise<OpenedRoom> {
  const conversation = await getConversation(services, caller, { conversationId });
  const [messages, offers] = await Promise.all([
    listMessages(services, caller, ListMessages.parse({ conversationId })),
    listOffers(services, caller, ListOffers.parse({ conversationId })),
  ]);
  return { conversation, messages, offers };
}
