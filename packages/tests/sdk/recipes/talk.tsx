import type { Id } from '@parley/client';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { useInboxEvents, useRoomEvents } from './events.ts';
import { withMessage, type Parley } from './parley.ts';

export function Talk({ parley, conversationId }: { parley: Parley; conversationId: Id }) {
  const { trpc, changeMessages } = parley;
  useRoomEvents(parley, conversationId);
  const { data, error, isFetching, hasNextPage, fetchNextPage } = useInfiniteQuery(
    trpc.messages.list.infiniteQueryOptions(
      { conversationId },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const send = useMutation(
    trpc.messages.send.mutationOptions({
      // One after the other.
      scope: { id: conversationId },
      onSuccess: ({ message }) => changeMessages(conversationId, withMessage(message)),
    }),
  );
  const [content, write] = useState('');

  const submit = () => {
    // With a clientId it may be tried again: the server posts it once.
    send.mutate({ conversationId, content, clientId: crypto.randomUUID() });
    write('');
  };

  const messages = data?.pages.flatMap(({ items }) => items).toReversed() ?? [];
  return (
    <section>
      {error && <p role="alert">{error.message}</p>}
      {hasNextPage && (
        <button disabled={isFetching} onClick={() => void fetchNextPage()}>
          Older
        </button>
      )}
      <ol>
        {messages.map((message) => (
          <li key={message.id}>
            {message.user.username}: {message.deletedAt ? '(deleted)' : message.content}
          </li>
        ))}
      </ol>
      {send.isPending && <p>Sending: {send.variables.content}</p>}
      <input aria-label="Message" value={content} onChange={(event) => write(event.target.value)} />
      <button onClick={submit}>Send</button>
    </section>
  );
}

export function Unread({ parley }: { parley: Parley }) {
  useInboxEvents(parley);
  const { data } = useQuery(parley.trpc.inbox.unread.queryOptions());
  return <output>{data?.messages ?? '…'} unread</output>;
}
