import type { MessageView } from '@parley/client';
import { Pencil, Reply, X } from 'lucide-react';

import { Button } from '../components/ui/button.tsx';
import { messageLine } from '../talks/message-line.ts';
import { nameIn } from '../talks/names.ts';
import { useRoomScope } from './room-context.ts';

export interface Topic {
  kind: 'reply' | 'edit';
  message: MessageView;
}

/** What the composer answers or edits. */
export function ComposerTopic({ kind, message, onClose }: Topic & { onClose: () => void }) {
  const { participants, myId } = useRoomScope();
  const name =
    message.userId === myId ? 'yourself' : nameIn(participants, message.userId, message.user.username);
  return (
    <div className="flex items-center gap-3 border-b px-4 py-2 text-sm">
      {kind === 'reply' ? (
        <Reply aria-hidden className="size-4 shrink-0 text-primary" />
      ) : (
        <Pencil aria-hidden className="size-4 shrink-0 text-primary" />
      )}
      <p className="grid min-w-0 flex-1 leading-snug">
        <span className="truncate font-medium text-primary">
          {kind === 'reply' ? `Reply to ${name}` : 'Edit the message'}
        </span>
        <span className="truncate text-muted-foreground">{messageLine(message)}</span>
      </p>
      <Button
        variant="ghost"
        size="icon-small"
        aria-label={kind === 'reply' ? 'Do not reply' : 'Do not edit'}
        onClick={onClose}
      >
        <X />
      </Button>
    </div>
  );
}
