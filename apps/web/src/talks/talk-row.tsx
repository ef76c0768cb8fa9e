import { Link } from '../routing/link.tsx';
import { talkPath } from '../routing/route.ts';
import { useParley } from '../session/client-context.ts';
import { Avatar } from '../ui/avatar.tsx';
import { exactTime, shortTime } from '../ui/time.ts';
import { counterpart, nameIn, talkName } from './names.ts';
import type { Talk } from './talks-state.ts';

interface TalkRowProps {
  talk: Talk;
  isOpen: boolean;
  now: Date;
}

/** More than this is not counted out. */
const MANY = 99;

export function TalkRow({ talk, isOpen, now }: TalkRowProps) {
  const { me } = useParley();
  const other = counterpart(talk, me.id);
  const name = talkName(talk, me.id);
  const { unreadCount, activityAt } = talk;
  const showsUnread = unreadCount > 0 && !isOpen;
  return (
    <Link
      href={talkPath(talk.id)}
      className={showsUnread ? 'talk-row talk-row-unread' : 'talk-row'}
      aria-current={isOpen ? 'page' : undefined}
    >
      <Avatar
        id={other?.user.id ?? talk.id}
        name={name}
        picture={other?.user.avatar ?? null}
        {...(other && { online: other.online })}
      />
      <span className="talk-name">{name}</span>
      <time className="talk-time" dateTime={activityAt.toISOString()} title={exactTime(activityAt)}>
        {shortTime(activityAt, now)}
      </time>
      <span className="talk-preview">
        {talk.subject !== null && <span className="talk-subject">{talk.subject}</span>}
        <span className="talk-last">{preview(talk, me.id)}</span>
      </span>
      {showsUnread && (
        <span className="badge">
          {unreadCount > MANY ? `${MANY}+` : unreadCount}
          <span className="visually-hidden"> unread</span>
        </span>
      )}
    </Link>
  );
}

function preview({ kind, people, last }: Talk, myId: string): string {
  if (last === null) return 'No messages yet';
  const text = last.content === '' ? 'Attachment' : last.content;
  if (last.userId === myId) return `You: ${text}`;
  return kind === 'group' ? `${nameIn(people, last.userId)}: ${text}` : text;
}
