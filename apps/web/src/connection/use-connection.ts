import type { ConnectionState } from '@parley/client';
import { useSyncExternalStore } from 'react';

import { useParley } from '../session/client-context.ts';

export function useConnection(): ConnectionState {
  const { connection } = useParley().client;
  return useSyncExternalStore(connection.subscribe, connection.getSnapshot);
}

/** Whether the browser itself has no network. */
export function useOffline(): boolean {
  return useSyncExternalStore(followNetwork, () => !navigator.onLine);
}

function followNetwork(changed: () => void): () => void {
  addEventListener('online', changed);
  addEventListener('offline', changed);
  return () => {
    removeEventListener('online', changed);
    removeEventListener('offline', changed);
  };
}
