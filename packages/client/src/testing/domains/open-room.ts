import type { OpenedRoom } from '@parley/contract';
import { ListMessages, ListOffers, type OpenRoom } from '@parley/contract/schemas';
import type { output } from 'zod';

import type { Person, World } from '../world.ts';
import { getConversation } from './conversations.ts';
import { listMessages } from './messages.ts';
import { listOffers } from './offers.ts';

/** What a room shows when it is opened. */
export const openRoom = (
  world: World,
  caller: Person,
  { conversationId }: output<typeof OpenRoom>,
): OpenedRoom => ({
  conversation: getConversation(world, caller, { conversationId }),
  messages: listMessages(world, caller, ListMessages.parse({ conversationId })),
  offers: listOffers(world, caller, ListOffers.parse({ conversationId })),
});
