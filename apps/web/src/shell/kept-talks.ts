/**
 * What was loaded last, for a start without a network: the talks, and the rooms that were open, without who was there and
 * who was writing. With a network they come from the server. Gone when one signs out. Another build of the app may have
 * them in another shape, so it does not read them.
 */
import type { Dehydrated, ParleyClient } from '@parley/client';

const KEY = 'parley.talks';
/** The address of this script, which is named after what is in the build. */
const BUILD = new URL(import.meta.url).pathname;
/** In characters; of a longer one nothing is kept. */
const LONGEST = 1_000_000;

interface Kept {
  readonly build: string;
  readonly talks: Dehydrated;
}

export function keptTalks(): Dehydrated | null {
  if (navigator.onLine) return null;
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Kept | null;
    return kept?.build === BUILD ? kept.talks : null;
  } catch {
    return null;
  }
}

export function keepTalks(client: ParleyClient): void {
  const isSignedIn = () => client.session.getSnapshot() !== null;
  const keep = () => {
    // What has not been loaded is not put in place of what was.
    if (isSignedIn() && client.inbox.getSnapshot().status === 'ready')
      save(JSON.stringify({ build: BUILD, talks: client.dehydrate({ lasting: true }) } satisfies Kept));
  };
  addEventListener('pagehide', keep);
  // An installed app goes to the background, and may be ended there without a word.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keep();
  });
  const forget = () => {
    if (!isSignedIn()) save(null);
  };
  client.session.subscribe(forget);
  forget();
}

function save(text: string | null): void {
  try {
    localStorage.removeItem(KEY);
    if (text !== null && text.length <= LONGEST) localStorage.setItem(KEY, text);
  } catch {
    // Without storage, or without room in it, the next start has nothing to show.
  }
}
