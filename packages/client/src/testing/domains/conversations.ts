import type { Conversation, ConversationPage, ConversationSummary, Id } from '@parley/contract';
import { LIMITS, type CreateConversation, type ListConversations } from '@parley/contract/schemas';
import { Refusal } from '@parley/server/rules';
import type { output } from 'zod';

import { decodeCursor, pageOf } from '../cursor.ts';
import { Topic } from '../topic.ts';
import type { Member, Person, Talk, World } from '../world.ts';
import { summaryOf } from './users.ts';

/** Two people and no title: their direct conversation about `subject`, which exists once. Otherwise a new group. */
export function createConversation(
  world: World,
  caller: Person,
  { participantIds, title, subject, clientId }: output<typeof CreateConversation>,
): Conversation {
  const ids = [...new Set(participantIds)].filter((id) => id !== caller.id);
  const [other] = ids;
  if (other === undefined)
    throw new Refusal('invalid_input', { message: 'A conversation needs someone else' });
  if (ids.length >= LIMITS.participants) throw new Refusal('too_many_participants');
  const isDirect = ids.length === 1 && title === undefined;
  const talks = [...world.talks.values()];
  const made =
    talks.find(
      (talk) => clientId !== undefined && talk.createdBy === caller.id && talk.clientId === clientId,
    ) ?? talks.find((talk) => isDirect && isDirectOf(talk, { pair: [caller.id, other], subject }));
  if (made !== undefined) return showConversation(world, world.standing(caller.id, made.id).talk);
  const others = ids.flatMap((id) => world.people.get(id) ?? []);
  if (others.length < ids.length) throw new Refusal('user_not_found');

  const now = world.stamp();
  const kind = isDirect ? 'direct' : 'group';
  const talk: Talk = {
    id: world.newId('conversation'),
    kind,
    title: title ?? null,
    subject: subject ?? null,
    createdBy: caller.id,
    clientId,
    createdAt: now,
    activityAt: now,
    members: new Map(),
    messages: [],
    offers: [],
    topic: new Topic(),
  };
  world.talks.set(talk.id, talk);
  const people = [caller, ...others];
  for (const person of people.toSorted((one, two) => (one.id < two.id ? -1 : 1))) {
    talk.members.set(person.id, newMember(person, 0));
  }
  const own = talk.members.get(caller.id);
  if (own !== undefined && kind === 'group') own.role = 'owner';
  for (const member of talk.members.values()) tellAdded(talk, member, { addedBy: caller.id, addedAt: now });
  return showConversation(world, talk);
}

export function getConversation(
  world: World,
  caller: Person,
  { conversationId }: { conversationId: Id },
): Conversation {
  return showConversation(world, world.standing(caller.id, conversationId).talk);
}

export function listConversations(
  world: World,
  caller: Person,
  { cursor, limit }: output<typeof ListConversations>,
): ConversationPage {
  const placeOf = ({ activityAt, id }: Talk): [number, Id] => [activityAt.getTime(), id];
  const place = cursor === undefined ? undefined : decodeCursor(cursor, 2);
  const found = world
    .talksOf(caller.id)
    .toSorted((one, other) => order(placeOf(other), placeOf(one)))
    .filter((talk) => place === undefined || order(placeOf(talk), [Number(place[0]), String(place[1])]) < 0);
  return pageOf(found, { limit, placeOf, show: (talk) => summarise(world, talk, caller) });
}

export function showConversation(world: World, talk: Talk): Conversation {
  const { id, kind, title, subject, createdAt, activityAt } = talk;
  const participants = [...talk.members.values()].map(({ person, role, readSeq, readAt, deliveredSeq }) => ({
    user: summaryOf(person),
    role,
    readSeq,
    readAt,
    deliveredSeq,
    online: world.roster.isOnline(person.id),
  }));
  return { id, kind, title, subject, headSeq: talk.topic.head, createdAt, activityAt, participants };
}

/** A new one sees what comes after `joinedSeq`, and counts as having what was before. */
export const newMember = (person: Person, joinedSeq: number): Member => ({
  person,
  role: 'member',
  joinedSeq,
  readSeq: joinedSeq,
  readAt: null,
  deliveredSeq: joinedSeq,
  unreadCount: 0,
});

/** In the inbox of one who has become a participant. */
export function tellAdded(
  talk: Talk,
  { person, joinedSeq }: Member,
  by: { addedBy: Id; addedAt: Date },
): void {
  const event = () => {
    const { id: conversationId, kind, title, subject } = talk;
    return { type: 'conversation-added' as const, payload: { conversationId, kind, title, subject, ...by } };
  };
  person.inbox.append(event(), { replay: event, roomSeq: joinedSeq + 1 });
}

function summarise(world: World, talk: Talk, { id }: Person): ConversationSummary {
  const member = talk.members.get(id);
  return {
    ...showConversation(world, talk),
    lastMessage: talk.messages.findLast(({ seq }) => seq > (member?.joinedSeq ?? 0)) ?? null,
    unreadCount: member?.unreadCount ?? 0,
  };
}

function isDirectOf(talk: Talk, { pair, subject }: { pair: [Id, Id]; subject: string | undefined }): boolean {
  return (
    talk.kind === 'direct' && talk.subject === (subject ?? null) && pair.every((id) => talk.members.has(id))
  );
}

function order([time, id]: [number, Id], [otherTime, otherId]: [number, Id]): number {
  if (time !== otherTime) return time - otherTime;
  return id === otherId ? 0 : id < otherId ? -1 : 1;
}
