// What must not compile with the hooks: every line below an expectation is an error.
import { createParleyClient } from '@parley/client';
import {
  ParleyProvider,
  useConnection,
  useConversation,
  useConversations,
  useMessages,
  useOffers,
  useParley,
  useSession,
  useSuspenseMessages,
  useSuspenseOffer,
  useSuspensePresence,
  useTyping,
  useUnread,
} from '@parley/client/react';

const client = createParleyClient({ url: 'http://localhost:1', WebSocket: class {} as never });

// @ts-expect-error a client is needed
export const provider = <ParleyProvider />;
// @ts-expect-error an address is no client
export const other = <ParleyProvider client="http://localhost:1" />;
export const right = <ParleyProvider client={client} />;

export function useWrongly(talkId: string, maybe: string | undefined) {
  // @ts-expect-error the fields have names of their own
  const { data } = useMessages(talkId);
  // @ts-expect-error a misspelt field
  const { mesages } = useMessages(talkId);
  // @ts-expect-error an id is needed, if only undefined
  useMessages();
  // @ts-expect-error ids are text
  useMessages(7);
  // @ts-expect-error null is no id
  useTyping(null);
  // @ts-expect-error who suspends needs an id
  useSuspenseMessages(maybe);
  // @ts-expect-error this one too
  useSuspenseOffer(undefined);
  // @ts-expect-error and who asks after people
  useSuspensePresence(undefined);

  // @ts-expect-error what a selector gives is what the hook gives
  const text: string = useMessages(talkId, ({ messages }) => messages.length);
  // @ts-expect-error a selector takes what this hook gives
  useMessages(talkId, ({ typing }) => typing);
  const isSameText = (before: string, now: string) => before === now;
  // @ts-expect-error it gives numbers
  useMessages(talkId, ({ messages }) => messages.length, isSameText);
  // @ts-expect-error no such field of a message
  useMessages(talkId, ({ messages }) => messages[0]?.text);

  const { messages, send, jumpTo, react } = useMessages(talkId);
  // @ts-expect-error nothing to send
  void send();
  // @ts-expect-error no such field of a draft
  void send({ contents: 'Hello' });
  // @ts-expect-error to a message, not to a time
  void jumpTo(new Date());
  // @ts-expect-error an emoji is needed
  void react('m1');
  // @ts-expect-error the list is not one's own to change
  messages.push(messages[0]!);
  // @ts-expect-error it may have no seq yet
  const seq: number = messages[0]!.seq;

  const { conversation } = useConversation(talkId);
  // @ts-expect-error it may not be there yet
  void conversation.title;
  // @ts-expect-error no such role
  void useConversation(talkId).setRole('ben', 'boss');
  // @ts-expect-error the others are needed
  void useConversations().create({ title: 'A group' });
  // @ts-expect-error no such count
  void useUnread().offers;
  // @ts-expect-error no such state
  if (useConnection().state === 'offline') return;
  const connection = useConnection();
  // @ts-expect-error only while it is waiting
  void connection.retryAt;
  // @ts-expect-error there may be nobody
  void useSession().user.username;
  // @ts-expect-error a password is needed
  void useSession().signIn({ email: 'ana@parley.test' });

  const room = useParley().conversation(talkId);
  // @ts-expect-error a misspelt event
  room.on('mesage', () => undefined);
  // @ts-expect-error no such field of a message
  room.on('message', ({ text }) => text);

  return { data, mesages, text, seq };
}

export function useOfferWrongly(talkId: string) {
  const [offer] = useOffers(talkId).offers;
  if (offer === undefined) return;
  // @ts-expect-error whether it may be taken is not known
  void offer.moves.accept();
  if (offer.status === 'pending' && offer.role === 'recipient') {
    // @ts-expect-error the author alone withdraws
    void offer.moves.withdraw();
    // @ts-expect-error it is not agreed yet
    void offer.moves.complete();
    // @ts-expect-error terms are needed
    void offer.moves.counter();
    // @ts-expect-error minor units are a number
    void offer.moves.counter({ amount: '50' });
  }
  if (offer.status === 'pending' && offer.role === 'author') {
    // @ts-expect-error one's own offer is not one's own to accept
    void offer.moves.accept();
  }
  if (offer.status === 'pending' && offer.role === 'observer') {
    // @ts-expect-error others look on
    void offer.moves.accept();
  }
  if (offer.status === 'accepted' && offer.role === 'author' && offer.hasConfirmed) {
    // @ts-expect-error once is enough
    void offer.moves.complete();
  }
  if (offer.status === 'declined') {
    // @ts-expect-error it is over
    void offer.moves.accept();
  }
  // @ts-expect-error no such status
  if (offer.status === 'agreed') return;
  // @ts-expect-error the time is told, not set
  offer.timeLeftMs = 0;
}
