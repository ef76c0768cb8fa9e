import type { ParleyClient, Session } from '@parley/client';
import { useSyncExternalStore } from 'react';

/** Who is signed in, or null. */
export function useSession({ session }: ParleyClient): Session | null {
  return useSyncExternalStore(session.subscribe, session.getSnapshot);
}
