import { useMessages } from '@parley/client/react';

import { nameIn } from '../talks/names.ts';
import { useRoomScope } from './room-context.ts';

/** What a message answers; a press leads there. */
export function Quote({ id }: { id: string }) {
  const { conversation, participants, myId, jumpTo } = useRoomScope();
  const quoted = useMessages(conversation.id, ({ messages }) => messages.findLast((one) => one.id === id));
  const author =
    quoted === undefined ? 'Earlier' : quoted.userId === myId ? 'You' : nameIn(participants, quoted.userId);
  const text =
    quoted === undefined
      ? 'Show the message'
      : quoted.deletedAt !== null
        ? 'Message deleted'
        : quoted.content || 'Attachment';
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
