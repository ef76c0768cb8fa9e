/** What is inferred from the client can be named in a consumer's own declarations (no TS2742, TS2883 or TS4023). */
import { createParleyClient, isParleyError } from '@parley/client';

export const client = createParleyClient({ url: 'http://localhost:1' });
export const { trpc, connection, session } = client;
export const { send, list } = client.trpc.messages;
export const send2 = () => client.trpc.messages.send.mutate({ conversationId: 'a', content: 'b' });
export const offers = () => client.trpc.offers.list.query({ conversationId: 'a' });
export const room = client.trpc.conversations.events;
export const listen = () => client.trpc.inbox.events.subscribe({ lastEventId: null }, {});
export const stream = () => client.trpc.inbox.events.subscribe(undefined);
export const state = () => client.connection.getSnapshot();
export const signIn = client.signIn;
export const details = (error: unknown) => (isParleyError(error, 'offer_changed') ? error.data : null);
export const refusal = (error: unknown) => (isParleyError(error) ? error : null);
export class Inbox {
  readonly calls = trpc.inbox;
  readonly conversations = trpc.conversations;
}
