import type { MessageView } from '@parley/client';
import { RotateCw, Trash2 } from 'lucide-react';
import { memo } from 'react';

import { Avatar } from '../components/ui/avatar.tsx';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../lib/cn.ts';
import { LinkedText } from '../lib/linked-text.tsx';
import { problemText } from '../lib/problem.ts';
import { clockTime, exactTime } from '../lib/time.ts';
import { nameIn } from '../talks/names.ts';
import { Attachments } from './attachments.tsx';
import { DeliveryMark } from './delivery-mark.tsx';
import { MessageActions } from './message-actions.tsx';
import { Quote } from './quote.tsx';
import { Reactions } from './reactions.tsx';
import { useRoomScope } from './room-context.ts';

interface MessageBubbleProps {
  message: MessageView;
  /** What it answers, where that is loaded. */
  quoted: MessageView | null;
  /** Of several in a row by the same person. */
  isFirst: boolean;
  isLast: boolean;
  /** One has just jumped there. */
  isLit: boolean;
}

export const MessageBubble = memo(function MessageBubble({
  message,
  quoted,
  isFirst,
  isLast,
  isLit,
}: MessageBubbleProps) {
  const { conversation, participants } = useRoomScope();
  const { isMine, deletedAt, replyToId } = message;
  const name = nameIn(participants, message.userId, message.user.username);
  const isGroup = conversation.kind === 'group';
  const isDeleted = deletedAt !== null;
  return (
    <article
      data-slot="message"
      data-row
      tabIndex={-1}
      className={cn(
        'group flex gap-2.5 rounded-2xl outline-offset-0',
        isMine ? 'flex-row-reverse' : '',
        isFirst ? 'pt-2.5' : 'pt-0.75',
        isLit && 'animate-spotlight',
      )}
    >
      {isGroup && !isMine && (
        <span className="w-8 self-end">
          {isLast && <Avatar id={message.userId} name={name} picture={message.user.avatar} size="small" />}
        </span>
      )}
      <div
        className={cn(
          'grid max-w-[min(85%,34rem)] min-w-0 gap-1',
          isMine ? 'justify-items-end' : 'justify-items-start',
        )}
      >
        <div
          className={cn(
            'flow-root max-w-full min-w-0 rounded-bubble px-3.5 py-2 text-[0.9375rem] leading-normal',
            isMine ? 'bg-own text-own-foreground' : 'border bg-card',
            isLast && (isMine ? 'rounded-br-md' : 'rounded-bl-md'),
            isDeleted && 'border border-dashed bg-transparent text-muted-foreground',
            message.delivery === 'failed' && 'bg-destructive-soft text-foreground',
          )}
        >
          {isGroup && isFirst && !isMine ? (
            <h2 className="text-[0.8125rem] font-semibold text-primary wrap-anywhere">{name}</h2>
          ) : (
            <span className="sr-only">{isMine ? 'You' : name}: </span>
          )}
          {replyToId !== null && !isDeleted && <Quote id={replyToId} message={quoted} />}
          {isDeleted ? (
            <p className="inline italic">Message deleted</p>
          ) : (
            message.content !== '' && (
              <p data-slot="message-text" className="inline whitespace-pre-wrap wrap-anywhere">
                <LinkedText text={message.content} />
              </p>
            )
          )}
          {!isDeleted && <Attachments addresses={message.attachments} />}
          <Foot message={message} />
        </div>
        {!isDeleted && <Reactions message={message} />}
        <Failure message={message} />
      </div>
      {!isDeleted && message.seq !== null && (
        <MessageActions message={message} author={isMine ? 'yourself' : name} />
      )}
    </article>
  );
});

function Foot({ message: { createdAt, editedAt, deletedAt, delivery, isMine } }: { message: MessageView }) {
  return (
    <p
      className={cn(
        // On the last line of the text where there is room, below it otherwise.
        'float-right mt-1.25 -mb-0.5 ml-3 flex items-center gap-1.5 text-xs tabular-nums',
        isMine && deletedAt === null ? 'text-own-muted' : 'text-muted-foreground',
      )}
    >
      {editedAt !== null && deletedAt === null && <span>edited</span>}
      <time dateTime={createdAt.toISOString()} title={exactTime(createdAt)}>
        {clockTime(createdAt)}
      </time>
      {delivery !== null && deletedAt === null && <DeliveryMark delivery={delivery} />}
    </p>
  );
}

/** Why a message was not sent, and what to do now. */
function Failure({ message: { delivery, error, clientId } }: { message: MessageView }) {
  const { retry, discard } = useRoomScope();
  if (delivery !== 'failed' || clientId === null) return null;
  return (
    <div className="flex flex-wrap items-center justify-end gap-1 text-[0.8125rem] text-destructive">
      <span role="alert">{error === null ? 'Not sent' : problemText(error)}</span>
      <Button variant="ghost" size="small" onClick={() => retry(clientId)}>
        <RotateCw /> Send again
      </Button>
      <Button variant="ghost" size="small" onClick={() => discard(clientId)}>
        <Trash2 /> Discard
      </Button>
    </div>
  );
}
