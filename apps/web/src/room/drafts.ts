/** What was begun and not sent, for as long as the page lasts. */
const drafts = new Map<string, string>();

/** With more, the oldest one is forgotten. */
const DRAFTS = 50;

export function draftOf(conversationId: string): string {
  return drafts.get(conversationId) ?? '';
}

export function keepDraft(conversationId: string, draft: string): void {
  drafts.delete(conversationId);
  if (draft !== '') drafts.set(conversationId, draft);
  const [oldest] = drafts.keys();
  if (drafts.size > DRAFTS && oldest !== undefined) drafts.delete(oldest);
}
