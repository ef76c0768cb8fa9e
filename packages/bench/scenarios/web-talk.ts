// The two people of the measure, and a talk of theirs with a long history.
import type { Session } from '@parley/contract';
import type { AppRouter } from '@parley/server/api';
import { createTRPCClient } from '@trpc/client';

import { httpTo, Retries, signUp } from '../clients/parley-http.ts';

const AT_ONCE = 32;
const TEXTS = [
  'Is it still for sale?',
  'It is. The gears were renewed in spring, and it comes with a lock and two baskets.',
  'Could I fetch it on Saturday, around ten?',
  'Make me an offer :)',
];

export interface Talk {
  conversationId: string;
  reader: Session;
  /** Resolves with the time of the call, in milliseconds since 1970, once it is acknowledged. */
  say(content: string): Promise<number>;
}

export async function openTalk(url: string, messages: number): Promise<Talk> {
  const [reader, writer] = [await signUp(url, 'reader'), await signUp(url, 'writer')];
  const calls = createTRPCClient<AppRouter>({
    links: [new Retries().link(), httpTo(url, writer.accessToken)],
  });
  const { id: conversationId } = await calls.conversations.create.mutate({
    participantIds: [reader.user.id],
  });
  const say = async (content: string) => {
    const at = Date.now();
    await calls.messages.send.mutate({ conversationId, content, clientId: crypto.randomUUID() });
    return at;
  };
  let next = 0;
  const write = async () => {
    while (next < messages) {
      next += 1;
      await say(TEXTS[next % TEXTS.length] ?? '');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, write));
  return { conversationId, reader, say };
}
