/** What can happen: what people do, on a client that shows it at once or elsewhere, and what goes wrong. */
import type { LiveConversation, OfferView } from '@parley/client';
import type { EventMatch, ProcedurePath } from '@parley/client/testing';
import { vi } from 'vitest';

import { WATCHED, type ClientName, type Name, type Scene } from './scene.ts';

export interface Turn {
  scene: Scene;
  who: Name;
  /** Which of the two with a client. */
  client: ClientName;
  /** 0: the group, 1: the two of Ana and Ben. */
  where: 0 | 1;
  /** Decides where there is a choice. */
  pick: number;
}

/** What it does may be refused; that is answered, and changes nothing here. */
type Move = (turn: Turn) => unknown;

const EMOJIS = ['👍', '🎉', '❤️'];
const EVENTS: EventMatch[] = [
  'message',
  'message-edited',
  'message-deleted',
  'reaction',
  'offer-created',
  'offer-update',
  'member-added',
  'member-removed',
  'role-changed',
  'renamed',
  'new-message',
  'new-offer',
  'offer-accepted',
];
const ANSWERS: ProcedurePath[] = [
  'messages.send',
  'messages.edit',
  'messages.react',
  'offers.update',
  'offers.create',
  'receipts.read',
  'conversations.open',
  'conversations.list',
];
const MOVES = ['accept', 'decline', 'counter', 'withdraw', 'complete', 'cancel'] as const;

const choose = <Item>(items: readonly Item[], pick: number): Item | undefined => items[pick % items.length];

const roomOf = ({ scene, client, where }: Turn): LiveConversation =>
  scene.clients[client].conversation(scene.talks[where]);

const elsewhere = ({ scene, who, where }: Turn) => ({
  calls: scene.server.as(who),
  conversationId: scene.talks[where],
});

/** One of a client's own messages that the server has. */
const ownMessage = (turn: Turn) =>
  choose(
    roomOf(turn).messages.filter(
      ({ isMine, seq, deletedAt }) => isMine && seq !== null && deletedAt === null,
    ),
    turn.pick,
  );

async function anyMessage(turn: Turn) {
  const { calls, conversationId } = elsewhere(turn);
  return choose((await calls.messages.list({ conversationId, limit: 20 })).items, turn.pick);
}

function move(offer: OfferView | undefined, pick: number): unknown {
  if (offer === undefined) return undefined;
  const moves = offer.moves as Partial<Record<(typeof MOVES)[number], (terms?: object) => Promise<unknown>>>;
  const name = choose(
    MOVES.filter((one) => moves[one] !== undefined),
    pick,
  );
  return name === undefined ? undefined : moves[name]?.({ terms: `Terms ${pick}` });
}

export const MOVES_BY_NAME = {
  send: (turn) => roomOf(turn).send(`from a client ${turn.pick}`),
  edit: (turn) => {
    const message = ownMessage(turn);
    return message && roomOf(turn).edit(message.id, `edited ${turn.pick}`);
  },
  remove: (turn) => {
    const message = ownMessage(turn);
    return message && roomOf(turn).remove(message.id);
  },
  react: (turn) => {
    const message = choose(
      roomOf(turn).messages.filter(({ seq }) => seq !== null),
      turn.pick,
    );
    return message && roomOf(turn).react(message.id, choose(EMOJIS, turn.pick) ?? '👍', turn.pick % 3 > 0);
  },
  read: (turn) => roomOf(turn).read(),
  type: (turn) => roomOf(turn).typing(),
  offer: (turn) => {
    const recipientId = turn.client === 'ana' ? 'ben' : 'ana';
    return roomOf(turn).createOffer({ title: 'Bike', terms: `Terms ${turn.pick}`, recipientId });
  },
  move: (turn) => move(choose(roomOf(turn).offers, turn.pick), turn.pick),
  rename: (turn) => roomOf(turn).rename(`Title ${turn.pick % 5}`),

  'send elsewhere': (turn) => {
    const { calls, conversationId } = elsewhere(turn);
    return calls.messages.send({ conversationId, content: `elsewhere ${turn.pick}` });
  },
  'change elsewhere': async (turn) => {
    const message = await anyMessage(turn);
    const { messages } = elsewhere(turn).calls;
    if (message === undefined) return undefined;
    if (turn.pick % 3 === 0) return messages.delete({ messageId: message.id });
    return messages.edit({ messageId: message.id, content: `edited elsewhere ${turn.pick}` });
  },
  'react elsewhere': async (turn) => {
    const message = await anyMessage(turn);
    const { messages } = elsewhere(turn).calls;
    const emoji = choose(EMOJIS, turn.pick) ?? '👍';
    return message && messages.react({ messageId: message.id, emoji, on: turn.pick % 3 > 0 });
  },
  'read elsewhere': (turn) => {
    const { calls, conversationId } = elsewhere(turn);
    return calls.receipts.read({ conversationId });
  },
  'offer elsewhere': (turn) => {
    const { calls, conversationId } = elsewhere(turn);
    const recipientId = turn.who === 'ana' ? 'ben' : 'ana';
    const expiresAt = new Date(turn.scene.server.time.now().getTime() + 60_000);
    const draft = { conversationId, recipientId, title: 'Boat', terms: 'As it is' };
    return calls.offers.create(turn.pick % 2 === 0 ? draft : { ...draft, expiresAt });
  },
  'answer elsewhere': async (turn) => {
    const { calls, conversationId } = elsewhere(turn);
    const offer = choose((await calls.offers.list({ conversationId })).items, turn.pick);
    const status = choose(
      ['accepted', 'declined', 'withdrawn', 'completed', 'cancelled'] as const,
      turn.pick,
    );
    return offer && status && calls.offers.update({ conversationId, offerId: offer.id, status });
  },
  'add or remove elsewhere': async ({ scene, pick }) => {
    const at = { conversationId: scene.talks[0] };
    const { conversations } = scene.server.as('ana');
    if (pick % 2 === 0) return conversations.removeMember({ ...at, userId: 'cem' });
    await conversations.addMembers({ ...at, userIds: ['cem'] });
    return conversations.setRole({ ...at, userId: 'cem', role: pick % 3 === 0 ? 'admin' : 'member' });
  },
  'rename elsewhere': ({ scene, pick }) =>
    scene.server
      .as('ana')
      .conversations.rename({ conversationId: scene.talks[0], title: `Named ${pick % 5}` }),

  'look away': ({ scene, client, pick }) => scene.leave(client, choose(WATCHED, pick) ?? 'inbox'),
  'look again': ({ scene, client, pick }) => scene.watch(client, choose(WATCHED, pick) ?? 'inbox'),

  offline: ({ scene, client }) => scene.server.faults.offline(client),
  online: ({ scene, client }) => scene.server.faults.online(client),
  cut: ({ scene, client }) => scene.server.faults.cut(client),
  slow: ({ scene, client, pick }) => scene.server.faults.slow(pick % 300, client),
  'block sockets': ({ scene, client, pick }) => scene.server.faults.blockSockets(pick % 2 === 0, client),
  'lose an event': ({ scene, pick }) =>
    scene.server.faults.drop({ events: choose(EVENTS, pick), times: 1 + (pick % 2) }),
  'lose an answer': ({ scene, pick }) => scene.server.faults.drop({ answers: choose(ANSWERS, pick) }),
  refuse: ({ scene, pick }) =>
    scene.server.faults.refuse(choose(ANSWERS, pick) ?? 'messages.send', 'unavailable'),
  'pass a moment': ({ pick }) => vi.advanceTimersByTimeAsync(pick % 100),
  'pass a while': ({ pick }) => vi.advanceTimersByTimeAsync((pick % 40) * 1_000),
  'pass a quarter of an hour': () => vi.advanceTimersByTimeAsync(900_000),
} satisfies Record<string, Move>;

export type MoveName = keyof typeof MOVES_BY_NAME;

/** Begins it, and lets what follows from it at once take place. */
export async function play(name: MoveName, turn: Turn): Promise<void> {
  const act: Move = MOVES_BY_NAME[name];
  // Refusals are answers here: to an edit by another, to a move that is too late.
  void (async () => act(turn))().catch(() => undefined);
  await vi.advanceTimersByTimeAsync(1);
}
