import type { Id } from '@parley/contract';

import { NO_ROOM, type Room } from './nothing.ts';
import { useParley } from './provider.tsx';

/** The conversation that a hook is about; without an id one in which there is nothing. */
export function useRoom(id: Id | undefined): Room {
  const client = useParley();
  return id === undefined ? NO_ROOM : client.conversation(id);
}
