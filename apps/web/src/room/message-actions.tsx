import type { MessageView } from '@parley/client';
import { Copy, Ellipsis, Pencil, Reply, Trash2 } from 'lucide-react';
import { useRef, type KeyboardEvent } from 'react';

import { Button } from '../components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../components/ui/dropdown-menu.tsx';
import { EMOJI_NAMES, EMOJIS } from './emojis.ts';
import { useRoomScope } from './room-context.ts';

interface MessageActionsProps {
  message: MessageView;
  /** Whom the message is by, for those who do not see where the button is. */
  author: string;
}

/** What can be done with a message. Enter on the message opens it too, which keeps the way of the Tab key short. */
export function MessageActions({ message, author }: MessageActionsProps) {
  const { isModerator, myId, reply, edit, remove, react } = useRoomScope();
  const trigger = useRef<HTMLButtonElement>(null);
  const giveBack = (event: Event) => {
    event.preventDefault();
    // What was chosen may have led to the composer already.
    if (document.activeElement instanceof HTMLTextAreaElement) return;
    trigger.current?.closest<HTMLElement>('[data-row]')?.focus({ preventScroll: true });
  };
  const mine = new Set(
    message.reactions.flatMap(({ emoji, userIds }) => (userIds.includes(myId) ? [emoji] : [])),
  );
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button
          ref={trigger}
          variant="ghost"
          size="icon-small"
          tabIndex={-1}
          data-actions
          aria-label={`Actions for the message of ${author}`}
          className="self-center text-muted-foreground opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 focus-visible:opacity-100 data-[state=open]:opacity-100 pointer-coarse:opacity-60"
        >
          <Ellipsis />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align={message.isMine ? 'end' : 'start'} onCloseAutoFocus={giveBack}>
        <div role="group" aria-label="React" className="flex" onKeyDown={moveAside}>
          {EMOJIS.map((emoji) => (
            <DropdownMenuItem
              key={emoji}
              aria-label={mine.has(emoji) ? `${EMOJI_NAMES[emoji]}, take it away` : EMOJI_NAMES[emoji]}
              onSelect={() => react(message, emoji)}
              className={
                mine.has(emoji) ? 'bg-primary-soft px-2 font-emoji text-lg' : 'px-2 font-emoji text-lg'
              }
            >
              {emoji}
            </DropdownMenuItem>
          ))}
        </div>
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={() => reply(message)}>
          <Reply /> Reply
        </DropdownMenuItem>
        {message.content !== '' && (
          <DropdownMenuItem onSelect={() => void navigator.clipboard?.writeText(message.content)}>
            <Copy /> Copy the text
          </DropdownMenuItem>
        )}
        {message.isMine && (
          <DropdownMenuItem onSelect={() => edit(message)}>
            <Pencil /> Edit
          </DropdownMenuItem>
        )}
        {(message.isMine || isModerator) && (
          <DropdownMenuItem variant="destructive" onSelect={() => remove(message)}>
            <Trash2 /> Delete
          </DropdownMenuItem>
        )}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

/** The emojis stand side by side, so left and right lead from one to the next too. */
function moveAside({ key, target }: KeyboardEvent): void {
  if (!(target instanceof HTMLElement)) return;
  const next = { ArrowRight: target.nextElementSibling, ArrowLeft: target.previousElementSibling }[key];
  if (next instanceof HTMLElement) next.focus();
}
