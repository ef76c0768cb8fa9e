/** Everything that a person can do in a conversation, with what it is done to picked from what is there. */
import type { Message, Offer, Role } from '@parley/contract';

import type { Client, Person } from '../harness/people.ts';

export interface Turn {
  who: Person;
  /** Everyone, in or out of the conversation. */
  people: readonly Person[];
  conversationId: string;
  /** Decides where there is a choice. */
  pick: number;
}

/** What came of it: the answer, or undefined where there was nothing to do it to. */
type Act = (turn: Turn) => Promise<unknown>;

const EMOJIS = ['👍', '🎉', '❤️', '👩‍👩‍👧', '🇵🇹'];
const ROLES: Role[] = ['owner', 'admin', 'member'];
const AT_ONCE = 20;

const choose = <Item>(items: readonly Item[], pick: number): Item | undefined =>
  items.length === 0 ? undefined : items[pick % items.length];

/** One of those that suit, mostly; now and then any, to be refused. */
function mostly<Item>(items: readonly Item[], suits: (item: Item) => boolean, pick: number) {
  const suiting = items.filter(suits);
  return choose(pick % 8 === 7 || suiting.length === 0 ? items : suiting, pick);
}

const messagesOf = async (client: Client, conversationId: string) =>
  (await client.messages.list.query({ conversationId, limit: AT_ONCE })).items;

const toMessage =
  (
    suits: (message: Message, me: string) => boolean,
    act: (client: Client, message: Message, turn: Turn) => Promise<unknown>,
  ): Act =>
  async (turn) => {
    const { who, conversationId, pick } = turn;
    const items = await messagesOf(who.http, conversationId);
    const message = mostly(items, (one) => suits(one, who.id), pick);
    return message && (await act(who.http, message, turn));
  };

const isThere = ({ deletedAt }: Message) => deletedAt === null;

const setReaction = (on: boolean) =>
  toMessage(isThere, (client, { id: messageId, reactions }, { pick, who }) => {
    const own = reactions.filter(({ userIds }) => userIds.includes(who.id)).map(({ emoji }) => emoji);
    const emoji = choose(on || own.length === 0 ? EMOJIS : own, pick) ?? '👍';
    return client.messages.react.mutate({ messageId, emoji, on });
  });

const answer =
  (
    status: 'accepted' | 'declined' | 'withdrawn' | 'countered' | 'completed' | 'cancelled',
    suits: (offer: Offer, me: string) => boolean,
  ): Act =>
  async ({ who, conversationId, pick }) => {
    const { items } = await who.http.offers.list.query({ conversationId, limit: AT_ONCE });
    const offer = mostly(items, (one) => suits(one, who.id), pick);
    if (offer === undefined) return undefined;
    const input = { conversationId, offerId: offer.id };
    return await (status === 'countered'
      ? who.http.offers.update.mutate({ ...input, status, counter: { amount: pick, currency: 'EUR' } })
      : who.http.offers.update.mutate({ ...input, status }));
  };

const isOpen = ({ status }: Offer) => status === 'pending';
const isParty = ({ authorId, recipientId }: Offer, me: string) => authorId === me || recipientId === me;

/** Someone else: one who is in the conversation, or one who is not. */
const other =
  (isIn: boolean, act: (client: Client, userId: string, turn: Turn) => Promise<unknown>): Act =>
  async (turn) => {
    const { who, people, conversationId, pick } = turn;
    const { participants } = await who.http.conversations.get.query({ conversationId });
    const present = new Set(participants.map(({ user }) => user.id));
    const others = people.map(({ id }) => id).filter((id) => id !== who.id && present.has(id) === isIn);
    const userId = choose(others, pick);
    return userId === undefined ? undefined : await act(who.http, userId, turn);
  };

export const ACTIONS = {
  send: ({ who, conversationId, pick }) =>
    who.http.messages.send.mutate({
      conversationId,
      content: `message ${pick}`,
      ...(pick % 3 === 0 && { attachments: ['https://parley.test/a.png'] }),
    }),
  reply: toMessage(
    () => true,
    (client, { id, conversationId }) =>
      client.messages.send.mutate({ conversationId, content: 'a reply', replyToId: id }),
  ),
  edit: toMessage(
    (message, me) => isThere(message) && message.userId === me,
    (client, { id: messageId }, { pick }) =>
      client.messages.edit.mutate({ messageId, content: `edited ${pick % 5}` }),
  ),
  delete: toMessage(
    (message, me) => isThere(message) && message.userId === me,
    (client, { id: messageId }) => client.messages.delete.mutate({ messageId }),
  ),
  react: setReaction(true),
  unreact: setReaction(false),
  read: ({ who, conversationId }) => who.http.receipts.read.mutate({ conversationId }),
  'read a part': toMessage(
    () => true,
    (client, { seq: upToSeq, conversationId }) => client.receipts.read.mutate({ conversationId, upToSeq }),
  ),
  'say what was delivered': toMessage(
    () => true,
    (client, { seq: upToSeq, conversationId }) =>
      client.receipts.delivered.mutate({ conversationId, upToSeq }),
  ),
  offer: other(true, (client, recipientId, { conversationId, pick }) =>
    client.offers.create.mutate({ conversationId, recipientId, title: `Offer ${pick}`, terms: 'As it is' }),
  ),
  accept: answer('accepted', (offer, me) => isOpen(offer) && offer.recipientId === me),
  decline: answer('declined', (offer, me) => isOpen(offer) && offer.recipientId === me),
  counter: answer('countered', (offer, me) => isOpen(offer) && offer.recipientId === me),
  withdraw: answer('withdrawn', (offer, me) => isOpen(offer) && offer.authorId === me),
  complete: answer(
    'completed',
    (offer, me) => offer.status === 'accepted' && isParty(offer, me) && !offer.completedBy.includes(me),
  ),
  cancel: answer('cancelled', (offer, me) => offer.status === 'accepted' && isParty(offer, me)),
  add: other(false, (client, userId, { conversationId }) =>
    client.conversations.addMembers.mutate({ conversationId, userIds: [userId] }),
  ),
  remove: other(true, (client, userId, { conversationId }) =>
    client.conversations.removeMember.mutate({ conversationId, userId }),
  ),
  leave: ({ who, conversationId }) => who.http.conversations.leave.mutate({ conversationId }),
  rename: ({ who, conversationId, pick }) =>
    who.http.conversations.rename.mutate({ conversationId, title: `Title ${pick % 5}` }),
  'set a role': other(true, (client, userId, { conversationId, pick }) =>
    client.conversations.setRole.mutate({ conversationId, userId, role: choose(ROLES, pick) ?? 'member' }),
  ),
} satisfies Record<string, Act>;

export type Action = keyof typeof ACTIONS;
