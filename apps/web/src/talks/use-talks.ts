import type { InboxEvent, PostedMessage } from '@parley/client';
import { useCallback, useEffect, useReducer, useRef } from 'react';

import { useParley } from '../session/client-context.ts';
import { NO_TALKS, reduceTalks, type TalksState } from './talks-state.ts';

export interface Talks extends TalksState {
  loadMore: () => void;
  /** Begins anew, after it has failed. */
  restart: () => void;
  /** What one has done oneself, which the inbox does not tell. */
  posted: (message: PostedMessage) => void;
  active: (conversationId: string, at: Date) => void;
}

/** The list of talks: follows the inbox, and fetches the newest page whenever that may tell more. */
export function useTalks(onEvent: (event: InboxEvent) => void): Talks {
  const { client } = useParley();
  const [state, dispatch] = useReducer(reduceTalks, NO_TALKS);
  const stop = useRef(() => undefined as void);
  const listener = useRef(onEvent);
  const known = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    listener.current = onEvent;
    known.current = new Set(state.talks.map(({ id }) => id));
  });

  const start = useCallback(() => {
    let isOver = false;
    let isLoading = false;
    let isStale = false;
    const loadFirst = () => {
      isStale = isLoading;
      if (isLoading) return;
      isLoading = true;
      client.trpc.conversations.list
        .query({})
        .then(
          (page) => !isOver && dispatch({ type: 'first-page', page }),
          () => !isOver && dispatch({ type: 'failed' }),
        )
        .finally(() => {
          isLoading = false;
          if (isStale && !isOver) loadFirst();
        });
    };
    const subscription = client.trpc.inbox.events.subscribe(undefined, {
      onData({ data: event }) {
        dispatch({ type: 'event', event });
        listener.current(event);
        if (isBeyond(event, known.current)) loadFirst();
      },
      onError: () => dispatch({ type: 'failed' }),
    });
    stop.current = () => {
      isOver = true;
      subscription.unsubscribe();
    };
  }, [client]);
  useEffect(() => {
    start();
    return () => stop.current();
  }, [start]);

  const { nextCursor } = state;
  const loadMore = useCallback(() => {
    if (nextCursor === null) return;
    client.trpc.conversations.list.query({ cursor: nextCursor }).then(
      (page) => dispatch({ type: 'next-page', page }),
      () => dispatch({ type: 'failed' }),
    );
  }, [client, nextCursor]);

  return {
    ...state,
    loadMore,
    restart: useCallback(() => {
      stop.current();
      start();
    }, [start]),
    posted: useCallback((message) => dispatch({ type: 'posted', message }), []),
    active: useCallback((conversationId, at) => dispatch({ type: 'active', conversationId, at }), []),
  };
}

/** Whether an event tells of something that is not in the list, or comes after a gap. */
function isBeyond(event: InboxEvent, known: ReadonlySet<string>): boolean {
  switch (event.type) {
    case 'connected':
    case 'reset':
    case 'conversation-added':
      return true;
    case 'new-message':
    case 'new-offer':
    case 'offer-accepted':
    case 'offer-update':
      return !known.has(event.payload.conversationId);
    case 'message-edited':
    case 'message-deleted':
    case 'conversation-removed':
    case 'read':
    case 'presence':
    case 'typing':
      return false;
    default:
      return event satisfies never;
  }
}
