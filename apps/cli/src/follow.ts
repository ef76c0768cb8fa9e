import type { ParleyClient } from '@parley/client';

import type { Connected } from './connect.ts';
import type { Output } from './output.ts';

/** A value of a subscription: an event and where to go on after it. */
export interface Delivered<Event> {
  id: string;
  data: Event;
}

interface Listeners<Event> {
  onData: (value: Delivered<Event>) => void;
  onError: (error: unknown) => void;
  onComplete: () => void;
}

export interface FollowOptions<Event> {
  subscribe: (listeners: Listeners<Event>) => { unsubscribe(): void };
  /** Called with each event, in order. */
  show: (event: Event, id: string) => void;
  /** Types of events to show; the others are not counted either. */
  only?: ReadonlySet<string> | undefined;
  count?: number | undefined;
  seconds?: number | undefined;
  output: Output;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Shows events until there were `count`, `seconds` are over or a signal comes; rejects when the server ends it. */
export async function follow<Event extends { type: string }>(
  { client }: Pick<Connected, 'client'>,
  { subscribe, show, only, count, seconds, output }: FollowOptions<Event>,
): Promise<void> {
  const ends: (() => void)[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      let left = count ?? Number.POSITIVE_INFINITY;
      if (seconds !== undefined) {
        const timer = setTimeout(resolve, seconds * 1_000);
        ends.push(() => clearTimeout(timer));
      }
      for (const signal of SIGNALS) {
        process.once(signal, resolve);
        ends.push(() => process.off(signal, resolve));
      }
      ends.push(noteConnection(client, (text) => output.note(text)));
      const subscription = subscribe({
        onData({ id, data }) {
          if (left === 0 || only?.has(data.type) === false) return;
          left -= 1;
          show(data, id);
          if (left === 0) resolve();
        },
        onError: reject,
        onComplete: resolve,
      });
      ends.push(() => subscription.unsubscribe());
    });
  } finally {
    for (const end of ends) end();
  }
}

/** Tells people when the connection is lost, and when it is back. */
export function noteConnection({ connection }: ParleyClient, note: (text: string) => void): () => void {
  let isLost = false;
  return connection.subscribe(() => {
    const { state } = connection;
    if (state === 'waiting' && !isLost) note('connection lost; trying again …');
    if (state === 'open' && isLost) note('connected again');
    if (state === 'waiting' || state === 'open') isLost = state === 'waiting';
  });
}
