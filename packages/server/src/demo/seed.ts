/** Fills an empty database with the people and talks of the demo, by the same rules as everyone's. */
import type { Caller } from '../core/caller.ts';
import type { Services } from '../core/services.ts';
import { insertAccount } from '../domains/auth/store.ts';
import { createConversation } from '../domains/conversations/conversations.ts';
import { sendMessage } from '../domains/messages/messages.ts';
import { createOffer, updateOffer } from '../domains/offers/offers.ts';
import { markRead } from '../domains/receipts/receipts.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE, type DemoName } from './people.ts';
import { DEMO_TALKS, type DemoTalk } from './talks.ts';

type People = Record<DemoName, Caller>;

/** Does nothing where the demo's people are already there. Returns whether it did something. */
export async function seedDemo(services: Services): Promise<boolean> {
  const { email } = DEMO_PEOPLE.ana;
  if ((await services.db.user.findUnique({ where: { email } })) !== null) return false;
  const people = await addPeople(services);
  for (const talk of DEMO_TALKS) await addTalk(services, people, talk);
  return true;
}

async function addPeople(services: Services): Promise<People> {
  const { db, sessions } = services;
  const passwordHash = await sessions.passwords.hash(DEMO_PASSWORD);
  const callers = new Map<string, Caller>();
  for (const [name, person] of Object.entries(DEMO_PEOPLE)) {
    const id = services.newId();
    await insertAccount(db, { ...person, id, avatar: null, passwordHash });
    callers.set(name, { id, username: person.username, avatar: null });
  }
  return Object.fromEntries(callers) as People;
}

async function addTalk(services: Services, people: People, talk: DemoTalk): Promise<void> {
  const [creator, ...others] = talk.people.map((name) => people[name]);
  if (creator === undefined) return;
  const { id: conversationId } = await createConversation(services, creator, {
    participantIds: others.map((person) => person.id),
    title: talk.title,
    subject: talk.subject,
  });
  for (const { from, hoursAgo, text } of talk.lines) {
    const { message } = await sendMessage(services, people[from], {
      conversationId,
      content: text,
      attachments: [],
    });
    const createdAt = new Date(message.createdAt.getTime() - hoursAgo * 3_600_000);
    await services.db.message.update({ where: { id: message.id }, data: { createdAt } });
    // Whoever answers has read what was said.
    await markRead(services, people[from], { conversationId, upToSeq: message.seq });
  }
  for (const deal of talk.deals) await addDeal(services, people, { conversationId, ...deal });
  for (const name of talk.readBy) await markRead(services, people[name], { conversationId });
  await backdate(services, conversationId, talk);
}

/** Lets a talk begin before its first line; what the log tells of, offers above all, keeps its time. */
async function backdate({ db }: Services, conversationId: string, { lines }: DemoTalk): Promise<void> {
  const hours = Math.max(...lines.map(({ hoursAgo }) => hoursAgo));
  await db.$executeRaw`
    UPDATE "Conversation" SET "createdAt" = "createdAt" - make_interval(hours => ${hours})
    WHERE id = ${conversationId}`;
  await db.$executeRaw`
    UPDATE "Participant" SET "joinedAt" = "joinedAt" - make_interval(hours => ${hours})
    WHERE "conversationId" = ${conversationId}`;
}

async function addDeal(
  services: Services,
  people: People,
  { from, to, answers = [], counter, ...terms }: DemoTalk['deals'][number] & { conversationId: string },
): Promise<void> {
  const { conversationId } = terms;
  const { offer } = await createOffer(services, people[from], { ...terms, recipientId: people[to].id });
  for (const { by, status } of answers) {
    await updateOffer(services, people[by], { conversationId, offerId: offer.id, status });
  }
  if (counter === undefined) return;
  const { by, ...change } = counter;
  await updateOffer(services, people[by], {
    conversationId,
    offerId: offer.id,
    status: 'countered',
    counter: change,
  });
}
