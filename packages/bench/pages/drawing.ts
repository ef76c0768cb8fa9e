// The same page for every client: the newest messages of a talk as a list.

export interface Shown {
  key: string;
  content: string;
}

const NEWEST = 50;

/** Whose talk it is, as the address says after its `#`. */
export function readAddress(): { token: string; room: string } {
  const given = new URLSearchParams(location.hash.slice(1));
  return { token: given.get('token') ?? '', room: given.get('room') ?? '' };
}

/** What draws messages, oldest first: those that are there already stay as they are. */
export function drawInto(list: HTMLElement): (messages: readonly Shown[]) => void {
  const drawn = new Map<string, HTMLElement>();
  return (messages) => {
    const newest = messages.slice(-NEWEST);
    const kept = new Set(newest.map(({ key }) => key));
    for (const [key, item] of drawn) {
      if (kept.has(key)) continue;
      item.remove();
      drawn.delete(key);
    }
    for (const { key, content } of newest) {
      if (drawn.has(key)) continue;
      const item = document.createElement('li');
      item.dataset['slot'] = 'message-text';
      item.textContent = content;
      drawn.set(key, item);
      list.append(item);
    }
  };
}
