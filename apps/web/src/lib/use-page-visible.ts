import { useSyncExternalStore } from 'react';

/** Whether the page can be seen. */
export function usePageVisible(): boolean {
  return useSyncExternalStore(follow, isVisible);
}

function follow(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}

function isVisible(): boolean {
  return document.visibilityState === 'visible';
}
