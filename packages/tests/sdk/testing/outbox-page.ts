// The script of a page that a test drives: a client of whoever's session is in the page's store.
import { createParleyClient, type StoredSession } from '@parley/client';

const stored = (): StoredSession | null =>
  JSON.parse(localStorage.getItem('session') ?? 'null') as StoredSession | null;

const client = createParleyClient({
  session: stored,
  onSessionChange: (session) => localStorage.setItem('session', JSON.stringify(session)),
});

/** What a test asks of the page. */
export const page = {
  write: (conversationId: string, contents: readonly string[]) => {
    for (const content of contents) void client.conversation(conversationId).send(content);
  },
  /** Resolves when the server has it. */
  send: async (conversationId: string, content: string) =>
    (await client.conversation(conversationId).send(content)).seq,
  waiting: () =>
    client.outbox.getSnapshot().map(({ draft, delivery }) => ({ content: draft.content, delivery })),
  /** How many messages are kept for the next page. */
  kept: async () => {
    const [{ name = '' } = {}] = await indexedDB.databases();
    const database = await answerOf(indexedDB.open(name));
    const count = await answerOf(database.transaction('entries').objectStore('entries').count());
    database.close();
    return count;
  },
  connection: () => client.connection.state,
  /** Whether this tab is the one that sends. */
  leads: () =>
    navigator.locks.request(`who ${Math.random()}`, async (own) => {
      const { held = [] } = await navigator.locks.query();
      const me = held.find(({ name }) => name === own?.name)?.clientId;
      return held.some(({ name, clientId }) => name?.startsWith('parley ') === true && clientId === me);
    }),
};

const answerOf = <Answer>(request: IDBRequest<Answer>) =>
  new Promise<Answer>((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('no answer')));
  });

Object.assign(globalThis, { page });
