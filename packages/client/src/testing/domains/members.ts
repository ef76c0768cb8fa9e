/** Who belongs to a group and what each may do there. What changes nothing tells nobody, and succeeds. */
import type { Conversation, Done } from '@parley/contract';
import {
  LIMITS,
  type AddMembers,
  type LeaveConversation,
  type RemoveMember,
  type RenameConversation,
  type SetRole,
} from '@parley/contract/schemas';
import { Refusal } from '@parley/server/rules';
import type { output } from 'zod';

import type { Member, Person, Standing, Talk, World } from '../world.ts';
import { newMember, showConversation, tellAdded } from './conversations.ts';
import { summaryOf } from './users.ts';

const DONE: Done = { success: true };

/** Owners and admins add people, who see what is written from then on. */
export function addMembers(
  world: World,
  caller: Person,
  { conversationId, userIds }: output<typeof AddMembers>,
): Conversation {
  const { talk, member } = groupOf(world, caller, conversationId);
  if (member.role === 'member') throw new Refusal('role_required');
  const ids = [...new Set(userIds)].filter((id) => !talk.members.has(id));
  if (talk.members.size + ids.length > LIMITS.participants) throw new Refusal('too_many_participants');
  const newcomers = ids.toSorted().flatMap((id) => world.people.get(id) ?? []);
  if (newcomers.length < ids.length) throw new Refusal('user_not_found');
  const now = world.stamp();
  const joinedSeq = talk.topic.head;
  const members = newcomers.map((person) => newMember(person, joinedSeq));
  for (const one of members) talk.members.set(one.person.id, one);
  for (const { person } of members) {
    const added = { userId: person.id, role: 'member' as const, addedBy: caller.id, addedAt: now };
    const event = () =>
      ({ type: 'member-added', payload: { ...added, conversationId, user: summaryOf(person) } }) as const;
    talk.topic.append(event(), { replay: event });
  }
  for (const one of members) tellAdded(talk, one, { addedBy: caller.id, addedAt: now });
  if (members.length > 0) talk.activityAt = now;
  return showConversation(world, talk);
}

/** Owners remove anyone, admins only members. To remove oneself is to leave. */
export function removeMember(
  world: World,
  caller: Person,
  { conversationId, userId }: output<typeof RemoveMember>,
): Done {
  if (userId === caller.id) return leaveConversation(world, caller, { conversationId });
  const { talk, member } = groupOf(world, caller, conversationId);
  if (member.role === 'member') throw new Refusal('role_required');
  const removed = talk.members.get(userId);
  if (removed === undefined) {
    if (world.people.has(userId)) return DONE;
    throw new Refusal('user_not_found');
  }
  if (member.role === 'admin' && removed.role !== 'member') throw new Refusal('role_required');
  return takeOut(world, { talk, member: removed }, caller);
}

/** Leaves a group. The last owner hands over first, unless nobody else is left. */
export function leaveConversation(
  world: World,
  caller: Person,
  { conversationId }: output<typeof LeaveConversation>,
): Done {
  const standing = groupOf(world, caller, conversationId);
  if (standing.talk.members.size > 1) requireOtherOwner(standing.talk, standing.member);
  return takeOut(world, standing, caller);
}

/** Owners and admins give a group another title. */
export function renameConversation(
  world: World,
  caller: Person,
  { conversationId, title }: output<typeof RenameConversation>,
): Done {
  const { talk, member } = groupOf(world, caller, conversationId);
  if (member.role === 'member') throw new Refusal('role_required');
  if (talk.title === title) return DONE;
  const now = world.stamp();
  talk.title = title;
  talk.activityAt = now;
  const renamed = { conversationId, renamedBy: caller.id, renamedAt: now };
  const event = () => ({ type: 'renamed', payload: { ...renamed, title: talk.title } }) as const;
  talk.topic.append(event(), { replay: event });
  return DONE;
}

/** Owners say who is what. One of them always stays an owner. */
export function setRole(
  world: World,
  caller: Person,
  { conversationId, userId, role }: output<typeof SetRole>,
): Done {
  const { talk, member } = groupOf(world, caller, conversationId);
  if (member.role !== 'owner') throw new Refusal('role_required');
  const changed = talk.members.get(userId);
  if (changed === undefined) throw new Refusal('user_not_found');
  if (changed.role === role) return DONE;
  requireOtherOwner(talk, changed);
  const now = world.stamp();
  changed.role = role;
  talk.activityAt = now;
  const payload = { conversationId, userId, role, changedBy: caller.id, changedAt: now };
  talk.topic.append({ type: 'role-changed', payload });
  return DONE;
}

function groupOf(world: World, caller: Person, conversationId: string): Standing {
  const standing = world.standing(caller.id, conversationId);
  if (standing.talk.kind !== 'group') throw new Refusal('not_a_group');
  return standing;
}

/** What they had here goes with them. Their own feeds end when they meet the event. */
function takeOut(world: World, { talk, member: { person } }: Standing, remover: Person): Done {
  const now = world.stamp();
  talk.members.delete(person.id);
  talk.activityAt = now;
  const removed = { conversationId: talk.id, removedBy: remover.id, removedAt: now };
  talk.topic.append({ type: 'member-removed', payload: { ...removed, userId: person.id } });
  person.inbox.append({ type: 'conversation-removed', payload: removed });
  world.typing.stop(talk.id, person);
  return DONE;
}

function requireOtherOwner({ members }: Talk, { person, role }: Member): void {
  const others = [...members.values()].filter((one) => one.person !== person && one.role === 'owner');
  if (role === 'owner' && others.length === 0) throw new Refusal('last_owner');
}
