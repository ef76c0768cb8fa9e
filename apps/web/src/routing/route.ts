/** Where one is, as the address bar has it. `?debug` stays there wherever one goes. */
import { useSyncExternalStore } from 'react';

export type Route = { name: 'talks' } | { name: 'talk'; conversationId: string };

const changes = new EventTarget();

export const talksPath = '/';
export const talkPath = (conversationId: string): string => `/talks/${encodeURIComponent(conversationId)}`;

export function navigate(path: string): void {
  if (path === location.pathname) return;
  history.pushState(null, '', path + location.search);
  changes.dispatchEvent(new Event('changed'));
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(follow, () => location.pathname));
}

/** Whether the page was opened with `?debug`. */
export function useDebug(): boolean {
  return useSyncExternalStore(follow, () => new URLSearchParams(location.search).has('debug'));
}

export function parseRoute(path: string): Route {
  const id = /^\/talks\/([^/]+)\/?$/.exec(path)?.[1];
  if (id === undefined) return { name: 'talks' };
  try {
    return { name: 'talk', conversationId: decodeURIComponent(id) };
  } catch {
    return { name: 'talks' };
  }
}

function follow(changed: () => void): () => void {
  changes.addEventListener('changed', changed);
  addEventListener('popstate', changed);
  return () => {
    changes.removeEventListener('changed', changed);
    removeEventListener('popstate', changed);
  };
}
