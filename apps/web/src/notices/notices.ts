/** Short notes at the edge of the page, whoever has something to say. */
import { useSyncExternalStore } from 'react';

export interface Notice {
  /** Another one with the same key takes its place. */
  key: string;
  title: string;
  text?: string | undefined;
  /** Where it leads. */
  conversationId?: string | undefined;
}

/** The newest few; an older one makes room. */
const NOTICES = 3;

let notices: readonly Notice[] = [];
let count = 0;
const changes = new EventTarget();

export function notify(notice: Omit<Notice, 'key'> & { key?: string }): void {
  const key = notice.key ?? `notice-${(count += 1)}`;
  change([...notices.filter((one) => one.key !== key), { ...notice, key }].slice(-NOTICES));
}

export function dismiss(key: string): void {
  change(notices.filter((one) => one.key !== key));
}

/** One is where they lead to. */
export function dismissTalk(conversationId: string): void {
  if (notices.some((one) => one.conversationId === conversationId)) {
    change(notices.filter((one) => one.conversationId !== conversationId));
  }
}

export function useNotices(): readonly Notice[] {
  return useSyncExternalStore(follow, () => notices);
}

function change(next: readonly Notice[]): void {
  notices = next;
  changes.dispatchEvent(new Event('changed'));
}

function follow(changed: () => void): () => void {
  changes.addEventListener('changed', changed);
  return () => changes.removeEventListener('changed', changed);
}
