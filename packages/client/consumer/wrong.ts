// Each line under a directive must be an error: an unused directive fails the check.
import { createParleyClient, isParleyError, type ConversationEvent, type Inputs } from '@parley/client';

const client = createParleyClient({ url: 'http://localhost:1' });
const { trpc } = client;

// @ts-expect-error a required field is missing
void trpc.messages.send.mutate({ conversationId: 'c' });
// @ts-expect-error a field has the wrong type
void trpc.messages.send.mutate({ conversationId: 1, content: 'hi' });
// @ts-expect-error a misspelt field
void trpc.messages.send.mutate({ conversationId: 'c', content: 'hi', clientID: 'x' });
// @ts-expect-error no such procedure
void trpc.messages.sent.mutate({ conversationId: 'c', content: 'hi' });
// @ts-expect-error no such domain
void trpc.message.send.mutate({ conversationId: 'c', content: 'hi' });
// @ts-expect-error a mutation is not a query
void trpc.messages.send.query({ conversationId: 'c', content: 'hi' });
// @ts-expect-error a query is not a mutation
void trpc.messages.list.mutate({ conversationId: 'c' });
// @ts-expect-error a subscription is not a query
void trpc.conversations.events.query({ conversationId: 'c' });
// @ts-expect-error an input is needed
void trpc.conversations.get.query();
// @ts-expect-error no such direction
void trpc.messages.list.query({ conversationId: 'c', direction: 'sideways' });
const sent = trpc.messages.send.mutate({ conversationId: 'c', content: 'hi' });
// @ts-expect-error a time is a Date
export const sentAt: Promise<string> = sent.then(({ message }) => message.createdAt);

const offer = { conversationId: 'c', offerId: 'o' };
// @ts-expect-error the clock's status is nobody's to set
void trpc.offers.update.mutate({ ...offer, status: 'expired' });
// @ts-expect-error nor is the first one
void trpc.offers.update.mutate({ ...offer, status: 'pending' });
// @ts-expect-error no such status
void trpc.offers.update.mutate({ ...offer, status: 'agreed' });
// @ts-expect-error a counter-offer needs its terms
void trpc.offers.update.mutate({ ...offer, status: 'countered' });
// @ts-expect-error terms belong to a counter-offer only
void trpc.offers.update.mutate({ ...offer, status: 'accepted', counter: {} });
const terms = { conversationId: 'c', title: 't', terms: 't', currency: 'EUR' };
// @ts-expect-error minor units are a number
void trpc.offers.create.mutate({ ...terms, amount: '50' });

function receive(event: ConversationEvent): void {
  // @ts-expect-error a misspelt event
  if (event.type === 'mesage') return;
  // @ts-expect-error an event of the inbox
  if (event.type === 'new-offer') return;
  if (event.type === 'message') {
    // @ts-expect-error no such field of a message
    void event.payload.text;
    // @ts-expect-error typing is another event
    void event.payload.isTyping;
  }
  // @ts-expect-error not every payload has content
  void event.payload.content;
}
trpc.conversations.events.subscribe({ conversationId: 'c' }, { onData: ({ data }) => receive(data) });
// @ts-expect-error events of the inbox are not those of a room
trpc.inbox.events.subscribe(undefined, { onData: ({ data }) => receive(data) });

// @ts-expect-error one's own tokens or the client's session, not both
createParleyClient({ getAccessToken: () => 'token', session: null });
// @ts-expect-error no such option
createParleyClient({ uri: 'http://localhost:1' });
// @ts-expect-error not a class of sockets
createParleyClient({ WebSocket: class {} });
// @ts-expect-error a password is needed
void client.signIn({ email: 'ana@parley.test' });

export const refused = (error: unknown) => {
  // @ts-expect-error no such reason
  if (isParleyError(error, 'offer_not_opened')) return;
  // @ts-expect-error an unknown error has no reason yet
  void error.data;
  // @ts-expect-error no such state
  if (client.connection.state === 'unauthorized') return;
};
// @ts-expect-error the input has no such field
export const input: Inputs['messages']['send']['body'] = 'hi';
