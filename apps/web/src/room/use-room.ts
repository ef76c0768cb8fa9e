import { isParleyError, type ConversationEvent, type ParleyClient } from '@parley/client';
import { useCallback, useEffect, useReducer, useRef, useState, type Dispatch } from 'react';

import { useParley } from '../session/client-context.ts';
import { problemText } from '../ui/problem.ts';
import {
  emptyRoom,
  reduceRoom,
  type NewestPage,
  type OlderPage,
  type RoomAction,
  type RoomState,
} from './room-state.ts';

export interface Room extends RoomState {
  conversationId: string;
  dispatch: Dispatch<RoomAction>;
  hasOlder: boolean;
  isLoadingOlder: boolean;
  loadOlder: () => void;
  /** Begins anew, after a {@link RoomState.problem}. */
  restart: () => void;
}

const OFFERS_PAGE = 100;

/**
 * One live room. Subscribing comes first and the newest page after it, so that nothing falls between; a connection
 * that was lost goes on where it was, and the page is fetched anew only where the server says that it cannot.
 */
export function useRoom(conversationId: string, onEvent: (event: ConversationEvent) => void): Room {
  const { client, me } = useParley();
  const [state, dispatch] = useReducer(reduceRoom, me.id, emptyRoom);
  const [isLoadingOlder, setLoadingOlder] = useState(false);
  const stop = useRef(() => undefined as void);
  const listener = useRef(onEvent);
  useEffect(() => {
    listener.current = onEvent;
  });

  const start = useCallback(() => {
    let latest = 0;
    let isLoaded = false;
    const load = async () => {
      const mine = ++latest;
      isLoaded = false;
      try {
        const page = await newestPage(client, conversationId);
        if (mine !== latest) return;
        isLoaded = true;
        dispatch({ type: 'newest', page });
      } catch (error) {
        if (mine === latest) dispatch(problem(error));
      }
    };
    const subscription = client.trpc.conversations.events.subscribe(
      { conversationId },
      {
        onData({ id, data: event }) {
          dispatch({ type: 'event', seq: Number(id), event });
          listener.current(event);
          if (event.type === 'reset' || (event.type === 'joined' && !(isLoaded && event.payload.resumed)))
            void load();
        },
        onError(error) {
          latest += 1;
          dispatch(problem(error));
        },
      },
    );
    stop.current = () => {
      latest += 1;
      subscription.unsubscribe();
    };
  }, [client, conversationId]);
  useEffect(() => {
    start();
    return () => stop.current();
  }, [start]);

  const hasOlder = state.olderMessages !== null || state.olderOffers !== null;
  const loadOlder = useCallback(() => {
    if (isLoadingOlder || !hasOlder) return;
    setLoadingOlder(true);
    olderPage(client, conversationId, state)
      .then(
        (page) => dispatch({ type: 'older', page }),
        () => undefined,
      )
      .finally(() => setLoadingOlder(false));
  }, [client, conversationId, state, hasOlder, isLoadingOlder]);

  return {
    ...state,
    conversationId,
    dispatch,
    hasOlder,
    isLoadingOlder,
    loadOlder,
    restart: useCallback(() => {
      stop.current();
      start();
    }, [start]),
  };
}

async function newestPage({ trpc }: ParleyClient, conversationId: string): Promise<NewestPage> {
  const [conversation, messages, offers] = await Promise.all([
    trpc.conversations.get.query({ conversationId }),
    trpc.messages.list.query({ conversationId }),
    trpc.offers.list.query({ conversationId, limit: OFFERS_PAGE }),
  ]);
  const userIds = conversation.participants.map(({ user }) => user.id);
  return { conversation, messages, offers, presence: await trpc.presence.get.query({ userIds }) };
}

/** The next page of messages, and of offers where those that are there do not reach back as far. */
async function olderPage(
  { trpc }: ParleyClient,
  conversationId: string,
  { messages: known, olderMessages, offers: knownOffers, olderOffers }: RoomState,
): Promise<OlderPage> {
  const messages =
    olderMessages === null ? null : await trpc.messages.list.query({ conversationId, cursor: olderMessages });
  const oldest = messages?.items.at(-1) ?? known[0];
  const oldestOffer = knownOffers.at(-1);
  const isShort =
    messages?.nextCursor === undefined ||
    messages.nextCursor === null ||
    oldest === undefined ||
    oldestOffer === undefined ||
    oldestOffer.createdAt > oldest.createdAt;
  const offers =
    olderOffers !== null && isShort
      ? await trpc.offers.list.query({ conversationId, cursor: olderOffers, limit: OFFERS_PAGE })
      : null;
  return { messages, offers };
}

function problem(error: unknown): RoomAction {
  return { type: 'problem', text: problemText(error), isFinal: isParleyError(error, 'not_a_participant') };
}
