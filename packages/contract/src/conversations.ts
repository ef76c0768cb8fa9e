import { z } from 'zod';

import { ClientId, Id, Seq } from './ids.ts';
import { LIMITS } from './limits.ts';
import { Message } from './messages.ts';
import { page, pageInput, type Page } from './page.ts';
import { named, text } from './schema.ts';
import { UserSummary } from './users.ts';

export type ConversationKind = 'direct' | 'group';
export type Role = 'owner' | 'admin' | 'member';

/** A member of a conversation with their watermarks. */
export interface Participant {
  user: UserSummary;
  role: Role;
  /** Has read everything up to this seq. */
  readSeq: Seq;
  readAt: Date | null;
  /** Has received everything up to this seq. */
  deliveredSeq: Seq;
  online: boolean;
}

/** A conversation, also called a talk. */
export interface Conversation {
  id: Id;
  kind: ConversationKind;
  title: string | null;
  /** What it is about, for example the id of a listing. */
  subject: string | null;
  /** The seq of its newest durable event. */
  headSeq: Seq;
  createdAt: Date;
  /** When something durable last happened here. */
  activityAt: Date;
  participants: Participant[];
}

/** A conversation in a list. */
export interface ConversationSummary extends Conversation {
  lastMessage: Message | null;
  /** Messages of others that one has not read. */
  unreadCount: number;
}

export type ConversationPage = Page<ConversationSummary>;

/** Someone became a participant of a group. */
export interface MemberAdded {
  conversationId: Id;
  userId: Id;
  user: UserSummary;
  role: Role;
  addedBy: Id;
  addedAt: Date;
}

/** Someone is no longer a participant; who left by themselves is in `removedBy` too. */
export interface MemberRemoved {
  conversationId: Id;
  userId: Id;
  removedBy: Id;
  removedAt: Date;
}

export interface RoleChanged {
  conversationId: Id;
  userId: Id;
  role: Role;
  changedBy: Id;
  changedAt: Date;
}

export interface Renamed {
  conversationId: Id;
  title: string | null;
  renamedBy: Id;
  renamedAt: Date;
}

export const Role = named<Role>()(z.enum(['owner', 'admin', 'member']));

export const Participant = named<Participant>()(
  z.object({
    user: UserSummary,
    role: Role,
    readSeq: Seq,
    readAt: z.date().nullable(),
    deliveredSeq: Seq,
    online: z.boolean(),
  }),
);

const conversation = {
  id: Id,
  kind: z.enum(['direct', 'group']),
  title: z.string().nullable(),
  subject: z.string().nullable(),
  headSeq: Seq,
  createdAt: z.date(),
  activityAt: z.date(),
  participants: z.array(Participant),
};
export const Conversation = named<Conversation>()(z.object(conversation));
export const ConversationSummary = named<ConversationSummary>()(
  z.object({ ...conversation, lastMessage: Message.nullable(), unreadCount: z.int().min(0) }),
);
export const ConversationPage = named<ConversationPage>()(page(ConversationSummary));

export const MemberAdded = named<MemberAdded>()(
  z.object({
    conversationId: Id,
    userId: Id,
    user: UserSummary,
    role: Role,
    addedBy: Id,
    addedAt: z.date(),
  }),
);
export const MemberRemoved = named<MemberRemoved>()(
  z.object({ conversationId: Id, userId: Id, removedBy: Id, removedAt: z.date() }),
);
export const RoleChanged = named<RoleChanged>()(
  z.object({ conversationId: Id, userId: Id, role: Role, changedBy: Id, changedAt: z.date() }),
);
export const Renamed = named<Renamed>()(
  z.object({ conversationId: Id, title: z.string().nullable(), renamedBy: Id, renamedAt: z.date() }),
);

export const ListConversations = z.object(pageInput);
export const GetConversation = z.object({ conversationId: Id });
export const CreateConversation = z.object({
  /** The others; oneself is a participant anyway. */
  participantIds: z.array(Id).min(1).max(LIMITS.participants),
  title: text(1, LIMITS.titleLength).optional(),
  subject: text(1, LIMITS.subjectLength).optional(),
  clientId: ClientId.optional(),
});
export const AddMembers = z.object({
  conversationId: Id,
  userIds: z.array(Id).min(1).max(LIMITS.participants),
});
export const RemoveMember = z.object({ conversationId: Id, userId: Id });
export const LeaveConversation = z.object({ conversationId: Id });
export const RenameConversation = z.object({ conversationId: Id, title: text(1, LIMITS.titleLength) });
export const SetRole = z.object({ conversationId: Id, userId: Id, role: Role });
