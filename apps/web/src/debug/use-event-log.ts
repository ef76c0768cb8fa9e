import type { ConversationEvent, InboxEvent } from '@parley/client';
import { useParley } from '@parley/client/react';
import { useEffect, useReducer } from 'react';

export interface LoggedEvent {
  key: number;
  at: Date;
  from: 'room' | 'inbox';
  type: string;
}

export interface EventLog {
  room: number;
  inbox: number;
  /** How often the room was subscribed to, and how often it went on where it was. */
  joined: number;
  resumed: number;
  resets: number;
  /** The newest first. */
  last: readonly LoggedEvent[];
}

const EMPTY: EventLog = { room: 0, inbox: 0, joined: 0, resumed: 0, resets: 0, last: [] };
const SHOWN = 30;

type Told = { from: 'room'; event: ConversationEvent } | { from: 'inbox'; event: InboxEvent };

/** What the open room and the inbox have told since the panel was opened. */
export function useEventLog(conversationId: string | undefined): EventLog {
  const client = useParley();
  const [log, tell] = useReducer(reduce, EMPTY);
  useEffect(() => follow(client.inbox, (event) => tell({ from: 'inbox', event })), [client]);
  useEffect(() => {
    if (conversationId === undefined) return undefined;
    return follow(client.conversation(conversationId), (event) => tell({ from: 'room', event }));
  }, [client, conversationId]);
  return log;
}

function reduce(log: EventLog, { from, event }: Told): EventLog {
  const key = log.room + log.inbox;
  return {
    room: log.room + Number(from === 'room'),
    inbox: log.inbox + Number(from === 'inbox'),
    joined: log.joined + Number(event.type === 'joined'),
    resumed: log.resumed + Number(event.type === 'joined' && event.payload.resumed),
    resets: log.resets + Number(event.type === 'reset'),
    last: [{ key, at: new Date(), from, type: event.type }, ...log.last].slice(0, SHOWN),
  };
}

function follow<Event>(source: AsyncIterable<Event>, tell: (event: Event) => void): () => void {
  const iterator = source[Symbol.asyncIterator]();
  let isOver = false;
  void (async () => {
    for (;;) {
      const next = await iterator.next();
      if (next.done === true || isOver) return;
      tell(next.value);
    }
  })().catch(() => undefined);
  return () => {
    isOver = true;
    void iterator.return?.();
  };
}
