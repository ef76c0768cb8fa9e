import type { MessageView } from '@parley/client';

import { cn } from '../lib/cn.ts';
import { nameIn } from '../talks/names.ts';
import { useRoomScope } from './room-context.ts';

/** Who has put what on a message; a press adds one's own, or takes it away. */
export function Reactions({ message }: { message: MessageView }) {
  const { participants, myId, react } = useRoomScope();
  if (message.reactions.length === 0) return null;
  return (
    <ul aria-label="Reactions" className="flex flex-wrap gap-1">
      {message.reactions.map(({ emoji, userIds }) => {
        const isMine = userIds.includes(myId);
        const names = userIds.map((id) => (id === myId ? 'You' : nameIn(participants, id))).join(', ');
        return (
          <li key={emoji}>
            <button
              type="button"
              aria-pressed={isMine}
              aria-label={`${emoji} ${userIds.length}: ${names}`}
              title={names}
              onClick={() => react(message, emoji)}
              className={cn(
                'flex h-6.5 items-center gap-1 rounded-full border bg-card px-2 text-xs tabular-nums transition-colors hover:bg-accent',
                isMine && 'border-primary/50 bg-primary-soft text-primary',
              )}
            >
              <span className="font-emoji">{emoji}</span> <span>{userIds.length}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
