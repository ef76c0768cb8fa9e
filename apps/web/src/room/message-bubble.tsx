import type { Message } from '@parley/client';

import { useParley } from '../session/client-context.ts';
import { personName } from '../talks/names.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { LinkedText } from '../ui/linked-text.tsx';
import { webAddress } from '../ui/links.ts';
import { clockTime, exactTime } from '../ui/time.ts';
import { ReadState } from './read-state.tsx';
import type { Room } from './use-room.ts';

interface MessageBubbleProps {
  room: Room;
  message: Message;
  /** Of several in a row by the same person. */
  isFirst: boolean;
}

export function MessageBubble({ room, message, isFirst }: MessageBubbleProps) {
  const { me } = useParley();
  const isOwn = message.userId === me.id;
  const author = room.people.find(({ user }) => user.id === message.userId)?.user;
  const name = author === undefined ? message.user.username : personName(author);
  const { createdAt, editedAt, deletedAt } = message;
  return (
    <article className={isFirst ? 'message message-first' : 'message'}>
      {!isOwn && isFirst && (
        <Avatar id={message.userId} name={name} picture={message.user.avatar} size="small" />
      )}
      <div className="bubble">
        {!isOwn && isFirst && room.talk?.kind === 'group' ? (
          <h2 className="message-author">{name}</h2>
        ) : (
          <span className="visually-hidden">{isOwn ? 'You' : name}: </span>
        )}
        <Quoted room={room} id={message.replyToId} />
        {deletedAt === null ? (
          <p className="message-text">
            <LinkedText text={message.content} />
          </p>
        ) : (
          <p className="message-gone">This message was deleted</p>
        )}
        {message.attachments.map((attachment) => (
          <Attachment key={attachment} address={attachment} />
        ))}
        <Reactions of={message} />
        <p className="message-foot">
          {editedAt !== null && deletedAt === null && <span>edited</span>}
          <time dateTime={createdAt.toISOString()} title={exactTime(createdAt)}>
            {clockTime(createdAt)}
          </time>
          {isOwn && <ReadState people={room.people} myId={me.id} seq={message.seq} />}
        </p>
      </div>
    </article>
  );
}

/** What a message answers, where it is loaded. */
function Quoted({ room, id }: { room: Room; id: string | null }) {
  const quoted = id === null ? undefined : room.messages.find((message) => message.id === id);
  if (quoted === undefined) return null;
  return (
    <blockquote className="quoted">
      <Icon name="reply" />
      {quoted.deletedAt === null ? quoted.content : 'A deleted message'}
    </blockquote>
  );
}

function Reactions({ of: { reactions } }: { of: Message }) {
  if (reactions.length === 0) return null;
  return (
    <ul className="message-reactions" aria-label="Reactions">
      {reactions.map(({ emoji, userIds }) => (
        <li key={emoji}>
          {emoji} {userIds.length}
        </li>
      ))}
    </ul>
  );
}

function Attachment({ address }: { address: string }) {
  const href = webAddress(address);
  return (
    <p className="attachment">
      {href === null ? (
        'Attachment'
      ) : (
        <a href={href} target="_blank" rel="noopener noreferrer">
          {address}
        </a>
      )}
    </p>
  );
}
