/** What was begun and not sent, by talk: kept in this tab through a reload, and gone when one signs out. */

const KEY = 'parley.drafts';
/** With more, the oldest one is forgotten. */
const DRAFTS = 50;

let known: Map<string, string> | undefined;

export function draftOf(conversationId: string): string {
  return drafts().get(conversationId) ?? '';
}

export function keepDraft(conversationId: string, draft: string): void {
  const all = drafts();
  if ((all.get(conversationId) ?? '') === draft) return;
  all.delete(conversationId);
  if (draft !== '') all.set(conversationId, draft);
  const [oldest] = all.keys();
  if (all.size > DRAFTS && oldest !== undefined) all.delete(oldest);
  save(all);
}

export function forgetDrafts(): void {
  known = new Map();
  save(known);
}

function drafts(): Map<string, string> {
  known ??= load();
  return known;
}

function load(): Map<string, string> {
  try {
    const entries: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return new Map(Array.isArray(entries) ? entries.filter(isEntry) : []);
  } catch {
    return new Map();
  }
}

function save(all: ReadonlyMap<string, string>): void {
  try {
    if (all.size === 0) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify([...all]));
  } catch {
    // Without storage it lasts as long as the page.
  }
}

function isEntry(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
