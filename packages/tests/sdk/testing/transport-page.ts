// The script of a page that a test drives: a client of whoever's session is in the page's store, which follows one room.
import { createParleyClient, type StoredSession } from '@parley/client';

const session = JSON.parse(localStorage.getItem('session') ?? 'null') as StoredSession | null;
const client = createParleyClient({ session });
const contents: string[] = [];
const states: string[] = [];

client.connection.subscribe(() => states.push(seen()));

function seen(): string {
  const state = client.connection.getSnapshot();
  if (state.state === 'open') return state.transport;
  return state.state === 'suspended' ? state.reason : state.state;
}

/** What a test asks of the page. */
export const page = {
  follow: (conversationId: string) =>
    new Promise<void>((resolve, reject) => {
      client.trpc.conversations.events.subscribe(
        { conversationId },
        {
          onData: ({ data }) => {
            if (data.type === 'joined') resolve();
            if (data.type === 'message') contents.push(data.payload.content);
          },
          onError: reject,
        },
      );
    }),
  send: async (conversationId: string, content: string) => {
    await client.trpc.messages.send.mutate({ conversationId, content });
  },
  retry: () => client.connection.retry(),
  /** The transport, or what is in the way of one. */
  connection: seen,
  contents: () => contents,
  /** What the connection has been since it was last asked. */
  states: () => states.splice(0),
};

Object.assign(globalThis, { transportPage: page });
