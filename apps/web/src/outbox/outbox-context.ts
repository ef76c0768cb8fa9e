import type { Message } from '@parley/client';
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react';

import { useConnection } from '../connection/use-connection.ts';
import { useParley } from '../session/client-context.ts';
import { Outbox, type Outgoing } from './outbox.ts';

const OutboxContext = createContext<Outbox | null>(null);

export const OutboxProvider = OutboxContext.Provider;

/** One outbox for as long as a person is signed in; what failed for want of a connection goes out when it is back. */
export function useNewOutbox(onSent: (message: Message) => void): Outbox {
  const { client, me } = useParley();
  const outbox = useMemo(() => new Outbox({ client, userId: me.id, onSent }), [client, me.id, onSent]);
  const isOpen = useConnection().state === 'open';
  useEffect(() => {
    if (isOpen) outbox.retryAll();
  }, [outbox, isOpen]);
  return outbox;
}

export function useOutbox(): Outbox {
  const outbox = use(OutboxContext);
  if (outbox === null) throw new Error('There is no outbox here');
  return outbox;
}

/** Everything on its way out, in the order in which it was written. */
export function useOutgoing(): readonly Outgoing[] {
  const outbox = useOutbox();
  return useSyncExternalStore(outbox.subscribe, outbox.getSnapshot);
}
