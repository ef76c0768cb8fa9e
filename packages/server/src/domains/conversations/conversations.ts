import type { Conversation, ConversationPage } from '@parley/contract';
import { LIMITS, type CreateConversation, type ListConversations } from '@parley/contract/schemas';
import type { output } from 'zod';

import type { Caller } from '../../core/caller.ts';
import { decodePlace, encodeCursor } from '../../core/cursor.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Services } from '../../core/services.ts';
import { isUniqueViolation } from '../../core/unique-violation.ts';
import { listConversationRows } from './list-store.ts';
import { requireParticipant } from './membership.ts';
import { findConversation, findCreated, headOf, toConversation, type ShownConversation } from './store.ts';

/**
 * Two people and no title: their direct conversation about `subject`, which exists once. Otherwise a new group.
 * The same caller with the same `clientId` gets the first result again.
 */
export async function createConversation(
  services: Services,
  caller: Caller,
  input: output<typeof CreateConversation>,
): Promise<Conversation> {
  const { db } = services;
  const others = [...new Set(input.participantIds)].filter((id) => id !== caller.id);
  const [other] = others;
  if (other === undefined)
    throw new Refusal('invalid_input', { message: 'A conversation needs someone else' });
  if (others.length >= LIMITS.participants) throw new Refusal('too_many_participants');

  const isDirect = others.length === 1 && input.title === undefined;
  const key = {
    directKey: isDirect ? directKey(caller.id, other, input.subject) : undefined,
    createdById: caller.id,
    clientId: input.clientId,
  };
  const found = await findCreated(db, key);
  if (found !== undefined) return getConversation(services, caller, { conversationId: found });
  await requirePeople(services, others);
  try {
    const id = await insertConversation(services, { ...input, ...key, others });
    return await showConversation(services, id);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const first = await findCreated(db, key);
    if (first === undefined) throw error;
    return getConversation(services, caller, { conversationId: first });
  }
}

export async function getConversation(
  services: Services,
  caller: Caller,
  { conversationId }: { conversationId: string },
): Promise<Conversation> {
  await requireParticipant(services.db, conversationId, caller.id);
  return await showConversation(services, conversationId);
}

/** A conversation for someone who has been let in. Who is in it is as of its `headSeq`, or later. */
export async function showConversation(services: Services, conversationId: string): Promise<Conversation> {
  const headSeq = await headOf(services.db, conversationId);
  const row = await findConversation(services.db, conversationId);
  if (row === null) throw new Refusal('not_a_participant');
  return toConversation(row, { headSeq, online: await onlineIn(services, [row]) });
}

export async function listConversations(
  services: Services,
  caller: Caller,
  { cursor, limit }: output<typeof ListConversations>,
): Promise<ConversationPage> {
  const rows = await listConversationRows(services.db, caller.id, {
    after: cursor === undefined ? undefined : decodePlace(cursor),
    limit: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const online = await onlineIn(services, shown);
  const last = shown.at(-1);
  return {
    items: shown.map(({ lastMessage, unreadCount, headSeq, ...row }) => ({
      ...toConversation(row, { headSeq, online }),
      lastMessage,
      unreadCount,
    })),
    nextCursor:
      rows.length > limit && last !== undefined ? encodeCursor(last.activityAt.toISOString(), last.id) : null,
  };
}

/** Who of the people in these conversations is online. */
function onlineIn(services: Services, rows: readonly ShownConversation[]): Promise<ReadonlySet<string>> {
  const people = rows.flatMap((row) => row.participants.map((one) => one.userId));
  return services.peopleOnline.online([...new Set(people)]);
}

async function requirePeople({ db }: Services, ids: string[]): Promise<void> {
  const known = await db.user.count({ where: { id: { in: ids }, disabledAt: null } });
  if (known !== ids.length) throw new Refusal('user_not_found');
}

function insertConversation(
  services: Services,
  {
    others,
    createdById,
    ...input
  }: {
    others: readonly string[];
    createdById: string;
    directKey: string | undefined;
    title?: string | undefined;
    subject?: string | undefined;
    clientId?: string | undefined;
  },
): Promise<string> {
  const id = services.newId();
  const kind = input.directKey === undefined ? 'group' : 'direct';
  const title = input.title ?? null;
  const subject = input.subject ?? null;
  return services.commit(id, async (scope) => {
    const { now } = scope.room;
    const people = [createdById, ...others];
    await scope.tx.conversation.create({
      data: {
        id,
        kind,
        title,
        subject,
        directKey: input.directKey ?? null,
        createdById,
        clientId: input.clientId ?? null,
        createdAt: now,
        activityAt: now,
      },
    });
    await scope.tx.participant.createMany({
      data: people.map((userId) => ({
        conversationId: id,
        userId,
        role: kind === 'group' && userId === createdById ? ('owner' as const) : ('member' as const),
        joinedAt: now,
      })),
    });
    for (const userId of people) {
      const added = { conversationId: id, addedBy: createdById };
      const refs = { ...added, seq: scope.room.nextSeq };
      scope.notify(userId, 'conversation-added', refs, { ...added, kind, title, subject, addedAt: now });
    }
    return id;
  });
}

function directKey(one: string, other: string, subject: string | undefined): string {
  return JSON.stringify([...[one, other].toSorted(), subject ?? null]);
}
