import type { ConversationListItem } from '@parley/client';
import { memo } from 'react';

import { TypingDots } from '../components/typing-dots.tsx';
import { Avatar } from '../components/ui/avatar.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { cn } from '../lib/cn.ts';
import { exactTime, shortTime } from '../lib/time.ts';
import { Link } from '../routing/link.tsx';
import { talkPath } from '../routing/route.ts';
import { counterpart, talkName, typingText } from './names.ts';
import { preview } from './preview.ts';

interface TalkRowProps {
  talk: ConversationListItem;
  myId: string;
  isOpen: boolean;
  now: Date;
}

/** More than this is not counted out. */
const MANY = 99;

export const TalkRow = memo(function TalkRow({ talk, myId, isOpen, now }: TalkRowProps) {
  const { id, subject, unreadCount, activityAt, typing } = talk;
  const other = counterpart(talk, myId);
  const name = talkName(talk, myId);
  const isUnread = unreadCount > 0 && !isOpen;
  return (
    <Link
      href={talkPath(id)}
      aria-current={isOpen ? 'page' : undefined}
      className={cn(
        'grid grid-cols-[auto_1fr_auto] items-center gap-x-3.5 gap-y-0.5 rounded-2xl px-3 py-3 transition-colors hover:bg-accent focus-visible:-outline-offset-2',
        isOpen && 'bg-primary-soft hover:bg-primary-soft',
      )}
    >
      <span className="row-span-2">
        <Avatar
          id={other?.user.id ?? id}
          name={name}
          picture={other?.user.avatar ?? null}
          online={other?.online}
        />
      </span>
      <span className={cn('truncate', isUnread ? 'font-semibold' : 'font-medium')}>{name}</span>
      <time
        className={cn(
          'text-xs tabular-nums',
          isUnread ? 'font-medium text-primary' : 'text-muted-foreground',
        )}
        dateTime={activityAt.toISOString()}
        title={exactTime(activityAt)}
      >
        {shortTime(activityAt, now)}
      </time>
      <span className="grid min-w-0 text-sm text-muted-foreground">
        {subject !== null && <span className="truncate text-[0.8125rem] text-deal">{subject}</span>}
        {typing.length > 0 ? (
          <span className="flex items-center gap-2 truncate text-primary">
            {typingText(typing)} <TypingDots />
          </span>
        ) : (
          <span className={cn('truncate', isUnread && 'text-foreground')}>{preview(talk, myId)}</span>
        )}
      </span>
      {isUnread && (
        <Badge tone="primary" className="min-w-5.5 justify-center justify-self-end px-1.5 tabular-nums">
          {unreadCount > MANY ? `${MANY}+` : unreadCount}
          <span className="sr-only"> unread</span>
        </Badge>
      )}
    </Link>
  );
});
