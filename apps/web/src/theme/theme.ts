/** Light, dark, or as the system has it: kept in this browser, and drawn by `color-scheme` alone. */
import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'parley.theme';
const changes = new EventTarget();

export function isTheme(value: unknown): value is Theme {
  return value === 'system' || value === 'light' || value === 'dark';
}

export function useTheme(): Theme {
  return useSyncExternalStore(follow, theme);
}

export function setTheme(next: Theme): void {
  try {
    if (next === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Without storage it lasts as long as the page.
  }
  draw(next);
  changes.dispatchEvent(new Event('changed'));
}

/** Before the first thing is drawn, and whenever another tab changes it. */
export function startTheme(): void {
  const apply = () => draw(stored());
  apply();
  addEventListener('storage', apply);
}

function draw(next: Theme): void {
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
}

function theme(): Theme {
  const drawn = document.documentElement.dataset['theme'];
  return isTheme(drawn) ? drawn : 'system';
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return isTheme(value) ? value : 'system';
  } catch {
    return 'system';
  }
}

function follow(changed: () => void): () => void {
  changes.addEventListener('changed', changed);
  addEventListener('storage', changed);
  return () => {
    changes.removeEventListener('changed', changed);
    removeEventListener('storage', changed);
  };
}
