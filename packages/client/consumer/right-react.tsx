// What compiles with the hooks: results, narrowing, selectors, and what can be inferred and named from them.
import {
  createParleyClient,
  isParleyError,
  type MessageView,
  type OfferView,
  type UserSummary,
} from '@parley/client';
import {
  ParleyProvider,
  useConnection,
  useConversation,
  useConversations,
  useMessages,
  useOffer,
  useOffers,
  useOutbox,
  useParley,
  usePresence,
  useReceipts,
  useSession,
  useSuspenseConversation,
  useSuspenseMessages,
  useSuspensePresence,
  useSuspenseReceipts,
  useSuspenseTyping,
  useSuspenseUnread,
  useTyping,
  useUnread,
  type MessagesResult,
  type TimedOffer,
} from '@parley/client/react';
import { Suspense, type ReactNode } from 'react';

import { assert, type Equal, type IsAny } from './assert.js';

const client = createParleyClient({ url: 'http://localhost:1', WebSocket: class {} as never });

export function Page({ children }: { children: ReactNode }) {
  return (
    <ParleyProvider client={client}>
      <Suspense>{children}</Suspense>
    </ParleyProvider>
  );
}

export function Talk({ talkId }: { talkId: string | undefined }) {
  const { messages, status, error, send, loadOlder, gap } = useMessages(talkId);
  assert<Equal<typeof messages, readonly MessageView[]>>();
  assert<Equal<IsAny<(typeof messages)[number]['createdAt']>, false>>();
  if (status === 'failed' && isParleyError(error, 'not_a_participant')) return <p>{error.data.requestId}</p>;
  const count = useMessages(talkId, (it) => it.messages.length);
  assert<Equal<typeof count, number>>();
  const newest = useMessages(
    talkId,
    (it) => it.messages.at(-1)?.content,
    (before, now) => before === now,
  );
  assert<Equal<typeof newest, string | undefined>>();
  void send('Hello');
  void send({ content: '', attachments: ['https://example.com/a.png'] }).then(({ seq }) => seq + 1);
  void loadOlder().then(() => gap?.load());
  const { typing, setTyping } = useTyping(talkId);
  assert<Equal<typeof typing, readonly UserSummary[]>>();
  setTyping();
  const { receipts, read, firstUnreadSeq } = useReceipts(talkId);
  if (firstUnreadSeq !== null) void read(firstUnreadSeq);
  return receipts.map(({ user, readAt }) => <p key={user.id}>{readAt?.toISOString()}</p>);
}

export function Offers({ talkId, offerId }: { talkId: string; offerId: string }) {
  const { offers, create } = useOffers(talkId);
  void create({ title: 'Bike', terms: 'as it is', amount: 5_000, currency: 'EUR' });
  const { offer, timeLeftMs } = useOffer(offerId);
  assert<Equal<typeof offer, OfferView | null>>();
  assert<Equal<typeof timeLeftMs, number | null>>();
  for (const each of offers) press(each);
  return offers.map(({ id, title, timeLeftMs }) => (
    <p key={id}>
      {title} {timeLeftMs ?? 'for ever'}
    </p>
  ));
}

function press(offer: TimedOffer): void {
  if (offer.status === 'pending' && offer.role === 'recipient') {
    void offer.moves.accept();
    void offer.moves.counter({ amount: null, terms: 'a swap' });
  }
  if (offer.status === 'pending' && offer.role === 'author') void offer.moves.withdraw();
  if (offer.status === 'accepted' && offer.role !== 'observer' && !offer.hasConfirmed)
    void offer.moves.complete();
}

export function Around({ talkId }: { talkId: string }) {
  const { conversations, hasMore, loadMore, create } = useConversations();
  if (hasMore) void loadMore();
  void create({ participantIds: ['ben'] }).then(({ id }) => id);
  const ids = useConversations((it) => it.conversations.map(({ id }) => id));
  assert<Equal<typeof ids, string[]>>();
  const { conversation, me } = useConversation(talkId);
  const { conversation: there } = useSuspenseConversation(talkId);
  const { messages, error } = useSuspenseMessages(talkId);
  assert<Equal<typeof error, null>>();
  const isThere = useSuspensePresence(['ben'], (it) => it.presence.get('ben')?.online);
  assert<Equal<typeof isThere, boolean | undefined>>();
  const { status } = useSuspenseReceipts(talkId);
  assert<Equal<typeof status | ReturnType<typeof useSuspenseUnread>['status'], 'ready'>>();
  const writing = useSuspenseTyping(talkId).typing;
  const { presence } = usePresence(['ben']);
  const unread = useUnread();
  const { user, signIn, register, signOut } = useSession();
  void signIn({ email: 'ana@parley.test', password: 'parley-demo' });
  void register({ email: 'ana@parley.test', username: 'ana', password: 'parley-demo' });
  void signOut({ everywhere: true });
  const connection = useConnection();
  const again = connection.state === 'waiting' ? connection.retryAt : null;
  const { outgoing, retry } = useOutbox();
  const search = (query: string) => useParley().trpc.users.search.query({ query });
  return {
    title: conversation?.title ?? there.title,
    role: me?.role,
    last: messages.at(-1),
    there: [isThere, writing.length],
    isOnline: presence.get('ben')?.online,
    inAll: unread.messages + conversations.length,
    user,
    again: [again, connection.retryInMs],
    failed: outgoing
      .filter(({ delivery }) => delivery === 'failed')
      .map(
        ({ clientId }) =>
          () =>
            retry(clientId),
      ),
    search,
  };
}

/** The plain form is what a hook is known by. */
export type Result = ReturnType<typeof useMessages>;
assert<Equal<Result, MessagesResult>>();
export const hooks = { useTalk: (talkId: string) => ({ ...useMessages(talkId), ...useTyping(talkId) }) };
