/** Fills an empty database with the people and talks of the demo, by the same rules as everyone's. */
import type { Services } from '../core/services.ts';
import { roomTopic } from '../core/topics.ts';
import { insertAccount } from '../domains/auth/store.ts';
import { createConversation } from '../domains/conversations/conversations.ts';
import { react } from '../domains/messages/reactions.ts';
import { markDelivered, markRead } from '../domains/receipts/receipts.ts';
import { strike } from './deals.ts';
import { sayLines, type Place, type Said } from './lines.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE, type DemoName, type People } from './people.ts';
import { DEMO_TALKS } from './talks/all.ts';
import { isLine, type DemoTalk, type Line } from './talks/talk.ts';

const HOUR_MS = 3_600_000;

/** Does nothing where the demo's people are already there. Returns whether it did something. */
export async function seedDemo(services: Services): Promise<boolean> {
  const { email } = DEMO_PEOPLE.ana;
  if ((await services.db.user.findUnique({ where: { email } })) !== null) return false;
  const people = await addPeople(services);
  const begin = services.clock.now();
  const at = (hoursAgo: number) => new Date(begin - hoursAgo * HOUR_MS);
  for (const talk of DEMO_TALKS) await addTalk(services, people, { talk, at });
  return true;
}

async function addPeople(services: Services): Promise<People> {
  const passwordHash = await services.sessions.passwords.hash(DEMO_PASSWORD);
  const callers = Object.entries(DEMO_PEOPLE).map(async ([name, person]) => {
    const id = services.newId();
    await insertAccount(services.db, { ...person, id, avatar: null, passwordHash });
    return [name, { id, username: person.username, avatar: null }];
  });
  return Object.fromEntries(await Promise.all(callers)) as People;
}

async function addTalk(
  services: Services,
  people: People,
  { talk, at }: { talk: DemoTalk; at: Place['at'] },
): Promise<void> {
  const [creator, ...others] = talk.people.map((name) => people[name]);
  if (creator === undefined) return;
  const { id: conversationId } = await createConversation(services, creator, {
    participantIds: others.map((person) => person.id),
    title: talk.title,
    subject: talk.subject,
  });
  const place = { conversationId, at };
  const hours = talk.steps.flatMap((step) =>
    isLine(step) ? step[1] : [step.hoursAgo, ...(step.answers ?? []).map(({ hoursAgo }) => hoursAgo)],
  );
  await beginAt(services, conversationId, at(Math.max(...hours) + 1));
  const said: Said[] = [];
  const read = new Map<DemoName, number>();
  let lines: Line[] = [];
  const sayThem = async () => {
    const now = await sayLines(services, people, { ...place, lines, said });
    // Whoever says something has read what was said before.
    for (const [index, [from]] of lines.entries()) read.set(from, now[index]?.seq ?? 0);
    said.push(...now);
    lines = [];
  };
  for (const step of talk.steps) {
    if (isLine(step)) {
      lines.push(step);
      continue;
    }
    await sayThem();
    await strike(services, people, { ...place, deal: step });
    const head = await headOf(services, conversationId);
    for (const name of [step.from, ...(step.answers ?? []).map(({ by }) => by)]) read.set(name, head);
  }
  await sayThem();
  await addReactions(services, people, { talk, said });
  const head = await headOf(services, conversationId);
  for (const name of talk.people) {
    const upToSeq = talk.readBy.includes(name) ? head : read.get(name);
    await markRead(services, people[name], { conversationId, upToSeq: upToSeq ?? 0 });
    await markDelivered(services, people[name], { conversationId, upToSeq: head });
  }
  const activityAt = at(Math.min(...hours));
  await services.db.conversation.update({ where: { id: conversationId }, data: { activityAt } });
}

async function addReactions(
  services: Services,
  people: People,
  { talk, said }: { talk: DemoTalk; said: readonly Said[] },
): Promise<void> {
  for (const [index, [, , , more]] of talk.steps.filter(isLine).entries()) {
    const messageId = said[index]?.id ?? '';
    for (const [by, emoji] of more?.reactions ?? [])
      await react(services, people[by], { messageId, emoji, on: true });
  }
}

async function headOf({ eventLog }: Services, conversationId: string): Promise<number> {
  const topic = roomTopic(conversationId);
  return (await eventLog.heads([topic])).get(topic) ?? 0;
}

/** Before anything is said: nobody sees what is older than their being there. */
async function beginAt({ db }: Services, conversationId: string, time: Date): Promise<void> {
  await db.conversation.update({ where: { id: conversationId }, data: { createdAt: time } });
  await db.participant.updateMany({ where: { conversationId }, data: { joinedAt: time } });
}
