import type { Message, Offer, Page } from '@parley/contract';

import { deviceOf, type Cast } from './cast.ts';
import { patiently } from './patiently.ts';

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
