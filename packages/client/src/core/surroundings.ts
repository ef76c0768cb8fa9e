/** What a page says of itself. Outside of pages nothing is ever away. */

/** Why the connection is of no use now: nobody looks, or there is no network. */
export type Away = 'hidden' | 'offline';

/** Node.js has a navigator that does not tell. */
interface Surroundings {
  navigator?: { onLine?: boolean };
  document?: EventTarget & { visibilityState: string };
}

export function awayNow(): Away | null {
  const { navigator, document } = globalThis as Surroundings;
  if (navigator?.onLine === false) return 'offline';
  return document?.visibilityState === 'hidden' ? 'hidden' : null;
}

/** Calls `changed` whenever {@link awayNow} may have changed, also when a page comes back from the bfcache. */
export function watchSurroundings(changed: () => void): () => void {
  const watched: [EventTarget | undefined, string][] = [
    [globalThis, 'online'],
    [globalThis, 'offline'],
    [globalThis, 'pageshow'],
    [globalThis.document, 'visibilitychange'],
  ];
  for (const [target, type] of watched) target?.addEventListener?.(type, changed);
  return () => {
    for (const [target, type] of watched) target?.removeEventListener?.(type, changed);
  };
}
