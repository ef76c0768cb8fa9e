import type { ParleyClient } from '../../client.ts';

/** What a client is told in its inbox. */
export function listen(client: ParleyClient) {
  const seen: string[] = [];
  const errors: unknown[] = [];
  let completed = 0;
  client.trpc.inbox.events.subscribe(undefined, {
    onData: ({ id, data }) => seen.push(`${id} ${data.type}`),
    onError: (error) => errors.push(error),
    onComplete: () => (completed += 1),
  });
  return { seen, errors, completed: () => completed };
}

/** The messages among it. */
export const messages = (seen: string[]) => seen.filter((entry) => entry.endsWith('new-message'));
