/**
 * Who belongs to a group and what each may do there. Everything is decided under the room's lock, so that of two
 * changes at once the second sees the first. What changes nothing tells nobody, and succeeds: retries are safe.
 */
import type { Conversation } from '@parley/contract';
import {
  LIMITS,
  type AddMembers,
  type LeaveConversation,
  type RemoveMember,
  type RenameConversation,
  type SetRole,
} from '@parley/contract/schemas';
import type { output } from 'zod';

import type { Caller } from '../../core/caller.ts';
import type { CommitScope } from '../../core/commit.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Services } from '../../core/services.ts';
import { showConversation } from './conversations.ts';
import {
  deleteMember,
  findGroup,
  findMember,
  insertMembers,
  isPerson,
  listMembers,
  peopleAmong,
  updateGroup,
  updateRole,
  type Group,
  type Membership,
} from './members-store.ts';
import { participantIds, requireParticipant } from './membership.ts';

/** A group with its room locked, and the caller's place in it. */
interface Opened {
  scope: CommitScope;
  group: Group;
  own: Membership;
}

/** Owners and admins add people, who see what is written from then on. Those who are in already are passed over. */
export async function addMembers(
  services: Services,
  caller: Caller,
  { conversationId, userIds }: output<typeof AddMembers>,
): Promise<Conversation> {
  await change(services, caller, conversationId, async ({ scope, group, own }) => {
    if (own.role === 'member') throw new Refusal('role_required');
    const present = new Set(await participantIds(scope.tx, conversationId));
    const newcomers = [...new Set(userIds)].filter((id) => !present.has(id));
    if (newcomers.length === 0) return;
    if (present.size + newcomers.length > LIMITS.participants) throw new Refusal('too_many_participants');
    const people = await peopleAmong(scope.tx, newcomers);
    if (people.length < newcomers.length) throw new Refusal('user_not_found');

    const { now, head: joinedSeq, nextSeq } = scope.room;
    await insertMembers(scope.tx, conversationId, { userIds: newcomers, joinedSeq, joinedAt: now });
    for (const user of people) {
      const facts = { userId: user.id, role: 'member' as const, addedBy: caller.id };
      scope.room.append('member-added', facts, { ...facts, conversationId, user, addedAt: now });
      const added = { conversationId, addedBy: caller.id };
      const { kind, title, subject } = group;
      scope.notify(
        user.id,
        'conversation-added',
        { ...added, seq: nextSeq },
        { ...added, kind, title, subject, addedAt: now },
      );
    }
    await updateGroup(scope.tx, conversationId, { activityAt: now });
  });
  return await showConversation(services, conversationId);
}

/** Owners remove anyone, admins only members. To remove oneself is to leave. */
export async function removeMember(
  services: Services,
  caller: Caller,
  { conversationId, userId }: output<typeof RemoveMember>,
): Promise<void> {
  if (userId === caller.id) return await leaveConversation(services, caller, { conversationId });
  const removed = await change(services, caller, conversationId, async ({ scope, own }) => {
    if (own.role === 'member') throw new Refusal('role_required');
    const member = await findMember(scope.tx, conversationId, userId);
    if (member === undefined) {
      if (await isPerson(scope.tx, userId)) return undefined;
      throw new Refusal('user_not_found');
    }
    if (own.role === 'admin' && member.role !== 'member') throw new Refusal('role_required');
    await takeOut(scope, member, caller.id);
    return member.user;
  });
  if (removed !== undefined) services.typing.set({ conversationId, person: removed, isTyping: false });
}

/** Leaves a group. The last owner hands over first, unless nobody else is left. */
export async function leaveConversation(
  services: Services,
  caller: Caller,
  { conversationId }: output<typeof LeaveConversation>,
): Promise<void> {
  await change(services, caller, conversationId, async ({ scope, own }) => {
    const members = await listMembers(scope.tx, conversationId);
    if (members.length > 1) requireOtherOwner(members, own);
    await takeOut(scope, own, caller.id);
  });
  services.typing.set({ conversationId, person: caller, isTyping: false });
}

/** Owners and admins give a group another title. */
export async function renameConversation(
  services: Services,
  caller: Caller,
  { conversationId, title }: output<typeof RenameConversation>,
): Promise<void> {
  await change(services, caller, conversationId, async ({ scope, group, own }) => {
    if (own.role === 'member') throw new Refusal('role_required');
    if (group.title === title) return;
    const { now } = scope.room;
    await updateGroup(scope.tx, conversationId, { title, activityAt: now });
    const facts = { renamedBy: caller.id };
    scope.room.append('renamed', facts, { ...facts, conversationId, title, renamedAt: now });
  });
}

/** Owners say who is what. One of them always stays an owner. */
export async function setRole(
  services: Services,
  caller: Caller,
  { conversationId, userId, role }: output<typeof SetRole>,
): Promise<void> {
  await change(services, caller, conversationId, async ({ scope, own }) => {
    if (own.role !== 'owner') throw new Refusal('role_required');
    const members = await listMembers(scope.tx, conversationId);
    const member = members.find((one) => one.userId === userId);
    if (member === undefined) throw new Refusal('user_not_found');
    if (member.role === role) return;
    requireOtherOwner(members, member);
    const { now } = scope.room;
    await updateRole(scope.tx, member, role);
    await updateGroup(scope.tx, conversationId, { activityAt: now });
    const facts = { userId, role, changedBy: caller.id };
    scope.room.append('role-changed', facts, { ...facts, conversationId, changedAt: now });
  });
}

/** Opens a group for one of its members. */
async function change<Result>(
  services: Services,
  caller: Caller,
  conversationId: string,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  await requireParticipant(services.db, conversationId, caller.id);
  return await services.commit(conversationId, async (scope) => {
    const own = await requireParticipant(scope.tx, conversationId, caller.id);
    const group = await findGroup(scope.tx, conversationId);
    if (group === undefined) throw new Refusal('not_a_group');
    return await work({ scope, group, own });
  });
}

/** What they had here goes with them: role, watermarks, unread count. Their own readers end when they meet the event. */
async function takeOut(scope: CommitScope, member: Membership, removedBy: string): Promise<void> {
  const { conversationId, userId } = member;
  const { now } = scope.room;
  await deleteMember(scope.tx, member);
  await updateGroup(scope.tx, conversationId, { activityAt: now });
  const facts = { userId, removedBy };
  scope.room.append('member-removed', facts, { ...facts, conversationId, removedAt: now });
  const told = { conversationId, removedBy };
  scope.notify(userId, 'conversation-removed', told, { ...told, removedAt: now });
}

function requireOtherOwner(members: readonly Membership[], { userId, role }: Membership): void {
  const others = members.filter((one) => one.userId !== userId && one.role === 'owner');
  if (role === 'owner' && others.length === 0) throw new Refusal('last_owner');
}
