// A conversation to trade in, and what is told of it.
import type { Offer, OfferAction, OfferPage, OfferStatus, UpdatedOffer } from '@parley/contract';
import { CreateOffer, ListOffers, UpdateOffer } from '@parley/contract/schemas';
import { expect } from 'vitest';
import type { input } from 'zod';

import type { Caller } from '../../../core/caller.ts';
import { decodeEvent, type AnyEvent } from '../../../core/event.ts';
import type { LoggedEvent } from '../../../core/log.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { Services } from '../../../core/services.ts';
import type { Topic } from '../../../core/topics.ts';
import { createOffer, listOffers, updateOffer } from '../offers.ts';

export interface Talk {
  id: string;
  author: Caller;
  recipient: Caller;
  third: Caller;
  outsider: Caller;
}

export async function addPerson(services: Services, name: string): Promise<Caller> {
  const id = services.newId();
  const username = `${name}-${id}`;
  await services.db.user.create({ data: { id, username, usernameKey: username } });
  return { id, username, avatar: null };
}

/** A conversation of these people, who joined when it began. */
export async function addConversation(services: Services, people: readonly Caller[]): Promise<string> {
  const id = services.newId();
  const at = new Date(Date.now() - 60_000);
  await services.db.conversation.create({
    data: {
      id,
      kind: people.length === 2 ? 'direct' : 'group',
      createdById: people[0]?.id ?? '',
      createdAt: at,
      activityAt: at,
      participants: { create: people.map(({ id: userId }) => ({ userId, joinedAt: at })) },
    },
  });
  return id;
}

/** A group of an author, a recipient and a third; the outsider is not in it. */
export async function addTalk(services: Services): Promise<Talk> {
  const author = await addPerson(services, 'author');
  const recipient = await addPerson(services, 'recipient');
  const third = await addPerson(services, 'third');
  const outsider = await addPerson(services, 'outsider');
  return {
    id: await addConversation(services, [author, recipient, third]),
    author,
    recipient,
    third,
    outsider,
  };
}

/** The rules as a client calls them: what is not given is right. */
export function tradeIn(services: Services, talk: Talk) {
  const create = async (caller: Caller, given: Partial<input<typeof CreateOffer>> = {}): Promise<Offer> => {
    const asked = { conversationId: talk.id, title: 'Bicycle', terms: 'As seen', ...given };
    return (await createOffer(services, caller, CreateOffer.parse(asked))).offer;
  };
  return {
    create,
    /** From the author to the recipient, for money. */
    make: (given: Partial<input<typeof CreateOffer>> = {}): Promise<Offer> =>
      create(talk.author, { recipientId: talk.recipient.id, amount: 12_000, currency: 'EUR', ...given }),
    update: (
      caller: Caller,
      offerId: string,
      status: OfferAction,
      given: { counter?: object; expectedVersion?: number; conversationId?: string } = {},
    ): Promise<UpdatedOffer> => {
      const counter = status === 'countered' ? { counter: {} } : {};
      return updateOffer(
        services,
        caller,
        UpdateOffer.parse({ conversationId: talk.id, offerId, status, ...counter, ...given }),
      );
    },
    list: (caller: Caller, given: Partial<input<typeof ListOffers>> = {}): Promise<OfferPage> =>
      listOffers(services, caller, ListOffers.parse({ conversationId: talk.id, ...given })),
  };
}

/** Takes someone out of a conversation. */
export async function removeFrom({ db }: Services, talk: Talk, { id: userId }: Caller): Promise<void> {
  await db.participant.delete({ where: { conversationId_userId: { conversationId: talk.id, userId } } });
}

/** An offer that got into this status before the test; nothing tells of it. */
export async function addOffer(
  services: Services,
  talk: Talk,
  given: { status?: OfferStatus; expiresAt?: Date; completedBy?: string[] } = {},
): Promise<string> {
  const now = new Date();
  const { id } = await services.db.offer.create({
    data: {
      id: services.newId(),
      conversationId: talk.id,
      authorId: talk.author.id,
      recipientId: talk.recipient.id,
      title: 'Bicycle',
      terms: 'As seen',
      amount: 12_000n,
      currency: 'EUR',
      createdAt: now,
      updatedAt: now,
      ...given,
    },
  });
  return id;
}

/** The refusal of a call, or a failed test. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ reason: string; offer: Offer | undefined; message: string }> {
  const error = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof Refusal)) throw new Error('expected a refusal', { cause: error });
  return { reason: error.reason, offer: error.details.offer, message: error.message };
}

/** Everything durable that a topic has told since the beginning of the log. */
export async function toldIn({ eventLog }: Services, topic: Topic): Promise<AnyEvent[]> {
  return (await eventLog.read(topic, 0, 1_000)).map(({ event }) => event);
}

export async function typesIn(services: Services, topic: Topic): Promise<string[]> {
  return (await toldIn(services, topic)).map(({ type }) => type);
}

/** Listens to topics as a node does. */
export async function listen({ bus, eventLog }: Services, topics: readonly Topic[]) {
  const heard = new Map<Topic, LoggedEvent[]>(topics.map((topic) => [topic, []]));
  for (const [topic, events] of heard) {
    await bus.subscribe(topic, (frame) => {
      if (frame.seq !== null) events.push({ seq: frame.seq, event: decodeEvent<AnyEvent>(frame) });
    });
  }
  return {
    /** What was heard, once it is as much as was logged. */
    async all(): Promise<Map<Topic, LoggedEvent[]>> {
      const heads = await eventLog.heads(topics);
      for (const [topic, events] of heard)
        await expect.poll(() => events).toHaveLength(heads.get(topic) ?? 0);
      return heard;
    },
  };
}
