import type { ConversationEvent, InboxEvent } from '@parley/client';
import { useParley } from '@parley/client/react';
import { useEffect, useReducer } from 'react';

type Source = 'room' | 'inbox';
type Event = ConversationEvent | InboxEvent;

export interface LoggedEvent {
  key: number;
  at: Date;
  from: Source;
  type: string;
}

export interface EventLog {
  /** Of everything that was told. */
  count: Record<Source, number>;
  /** How often the room was subscribed to, how often it went on where it was, and what it was told again by that. */
  joined: number;
  resumed: number;
  replayed: number;
  /** How often it was too far behind for that. */
  resets: number;
  /** The newest first. */
  last: readonly LoggedEvent[];
}

const EMPTY: EventLog = {
  count: { room: 0, inbox: 0 },
  joined: 0,
  resumed: 0,
  replayed: 0,
  resets: 0,
  last: [],
};
const SHOWN = 30;

/** What was told, and where its source stood then. */
interface Told {
  from: Source;
  event: Event;
  cursor: number | null;
}

/** What the open room and the inbox have told since the panel was opened. */
export function useEventLog(conversationId: string | undefined): EventLog {
  const client = useParley();
  const [log, tell] = useReducer(reduce, EMPTY);
  useEffect(() => {
    const { inbox } = client;
    return follow(inbox, (event) => tell({ from: 'inbox', event, cursor: inbox.cursor }));
  }, [client]);
  useEffect(() => {
    if (conversationId === undefined) return undefined;
    const room = client.conversation(conversationId);
    return follow(room, (event) => tell({ from: 'room', event, cursor: room.cursor }));
  }, [client, conversationId]);
  return log;
}

function reduce(log: EventLog, { from, event, cursor }: Told): EventLog {
  const join = event.type === 'joined' ? event.payload : undefined;
  const isResumed = join?.resumed === true;
  return {
    count: { ...log.count, [from]: log.count[from] + 1 },
    joined: log.joined + Number(join !== undefined),
    resumed: log.resumed + Number(isResumed),
    replayed: log.replayed + (isResumed ? Math.max(0, join.headSeq - (cursor ?? join.headSeq)) : 0),
    resets: log.resets + Number(event.type === 'reset'),
    last: [
      { key: log.count.room + log.count.inbox, at: new Date(), from, type: event.type },
      ...log.last,
    ].slice(0, SHOWN),
  };
}

function follow<One>(source: AsyncIterable<One>, tell: (event: One) => void): () => void {
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
