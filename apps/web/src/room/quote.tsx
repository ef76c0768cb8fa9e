import type { MessageView } from '@parley/client';

import { messageLine } from '../talks/message-line.ts';
import { nameIn } from '../talks/names.ts';
import { useRoomScope } from './room-context.ts';

/** What a message answers; a press leads there. */
export function Quote({ id, message }: { id: string; message: MessageView | null }) {
  const { participants, myId, jumpTo } = useRoomScope();
  const author =
    message === null
      ? 'Earlier'
      : message.userId === myId
        ? 'You'
        : nameIn(participants, message.userId, message.user.username);
  const text = message === null ? 'Show the message' : messageLine(message);
  return (
    <button
      type="button"
      onClick={() => jumpTo(id)}
      className="mb-1 grid w-full min-w-0 rounded-lg border-l-3 border-primary/60 bg-foreground/5 px-2.5 py-1.5 text-left text-[0.8125rem] leading-snug transition-colors hover:bg-foreground/10"
    >
      <span className="truncate font-medium text-primary">{author}</span>
      <span className="line-clamp-2">{text}</span>
    </button>
  );
}
