import type { ErrorReason, Message, Offer, Page } from '@parley/contract';
import { TRPCClientError } from '@trpc/client';

import { rest } from './actors.ts';
import { deviceOf, type Cast } from './cast.ts';

/** Clients that are still coming back have so long for each question. */
const PATIENCE_MS = 20_000;

/** Fetches everything afresh, as each member sees it. */
export async function recordFinals({ talks, people }: Cast): Promise<void> {
  for (const talk of talks) {
    for (const person of Object.values(people)) {
      const { client, history } = deviceOf(person);
      const conversationId = talk.id;
      const conversation = await patiently(() => client.conversations.get.query({ conversationId }));
      if (conversation === undefined) continue;
      history.add({
        kind: 'final',
        userId: person.identity.id,
        conversationId,
        conversation,
        messages: await all<Message>((cursor) =>
          client.messages.list.query({ conversationId, limit: 100, ...(cursor && { cursor }) }),
        ),
        offers: await all<Offer>((cursor) =>
          client.offers.list.query({ conversationId, limit: 100, ...(cursor && { cursor }) }),
        ),
      });
    }
  }
}

async function all<Item>(pageAfter: (cursor: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Item> | undefined = await patiently(() => pageAfter(cursor));
    if (page === undefined) break;
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** Asks until there is an answer; undefined where the conversation is none of the caller's. */
async function patiently<Answer>(question: () => Promise<Answer>): Promise<Answer | undefined> {
  for (const deadline = performance.now() + PATIENCE_MS; ;) {
    try {
      return await question();
    } catch (error) {
      const shape = error instanceof TRPCClientError ? ((error.data ?? {}) as { reason?: ErrorReason }) : {};
      if (shape.reason === 'not_a_participant') return undefined;
      if (performance.now() > deadline) throw error;
      await rest(100);
    }
  }
}
