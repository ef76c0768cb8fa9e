import type { Message, ParleyClient } from '@parley/client';
import { createTestServer, type PersonCalls, type TestCall, type TestServer } from '@parley/client/testing';

const server = createTestServer({ users: ['ana', { name: 'ben', displayName: 'Ben' }] });
const named: TestServer<'ana' | 'ben'> = server;
export const talk = server.conversation({ participants: ['ana', 'ben'], messages: 3 });
export const seeded: readonly Message[] = talk.messages;
export const ana: ParleyClient = server.client('ana', { session: null });
export const ben: PersonCalls = server.as('ben');

export async function act(): Promise<void> {
  const { message } = await ben.messages.send({ conversationId: talk.id, content: 'Hello' });
  const page = await ben.conversations.list();
  const count: number = page.items[0]?.unreadCount ?? message.seq;
  const undo: () => void = server.faults.refuse('messages.send', 'rate_limited', { times: count });
  server.faults.drop({ answers: ({ path, userId }) => path === 'offers.update' && userId === 'ana' });
  server.faults.drop({ events: 'message', times: 2 });
  server.faults.offline('ana');
  const called: readonly TestCall[] = server.calls;
  server.time.advance(called.length);
  undo();
  await named.close();
}

// @ts-expect-error nobody is called so
server.as('bne');
// @ts-expect-error nobody is called so
server.conversation({ participants: ['ana', 'bne'] });
// @ts-expect-error there is no such procedure
server.faults.refuse('messages.sent', 'rate_limited');
// @ts-expect-error there is no such reason
server.faults.refuse('messages.send', 'rate_limit');
// @ts-expect-error there is no such event
server.faults.drop({ events: 'massage' });
// @ts-expect-error content is missing
void ben.messages.send({ conversationId: talk.id });
// @ts-expect-error what is subscribed to is no plain call
void ben.inbox.events;
