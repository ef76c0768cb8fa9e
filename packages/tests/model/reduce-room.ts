/** A room's snapshot after an event. Pure, and exhaustive over the catalogue. */
import type { ConversationEvent, Joined, Message, MessageReaction, Offer, Reaction } from '@parley/contract';

import { sorted, type RoomMember, type RoomSnapshot } from './snapshot.ts';

/** What a client holds of a room: what it shows, and how far the newest `joined` has told who is in it. */
export interface RoomState {
  shown: RoomSnapshot;
  /** Changes of members up to this seq are in what `joined` said. */
  membersSeq: number;
}

/** @param seq the id that the event came with */
export function reduceRoom(state: RoomState, seq: number, event: ConversationEvent): RoomState {
  switch (event.type) {
    case 'joined':
      return rejoin(state, event.payload);
    case 'reset':
      throw new Error('nobody is away for so long here');
    case 'message': {
      const message = { ...event.payload, reactions: [], editedAt: null, deletedAt: null };
      const { shown } = state;
      return move(state, seq, { messages: [message, ...shown.messages], activityAt: message.createdAt });
    }
    case 'message-edited': {
      const { id, content, editedAt } = event.payload;
      return move(state, seq, { messages: withMessage(state, id, () => ({ content, editedAt })) });
    }
    case 'message-deleted': {
      const { id, deletedAt } = event.payload;
      const gone = { content: '', attachments: [], reactions: [], deletedAt };
      return move(state, seq, { messages: withMessage(state, id, () => gone) });
    }
    case 'reaction': {
      const { payload } = event;
      const change = ({ reactions }: Message) => ({ reactions: withReaction(reactions, payload) });
      return move(state, seq, { messages: withMessage(state, payload.messageId, change) });
    }
    case 'offer-created': {
      const { offer, createdAt } = event.payload;
      return move(state, seq, { offers: [offer, ...state.shown.offers], activityAt: createdAt });
    }
    case 'offer-update': {
      const { offer, updatedAt } = event.payload;
      return move(state, seq, { offers: withOffer(state.shown.offers, offer), activityAt: updatedAt });
    }
    case 'member-added': {
      const { user, role, addedAt } = event.payload;
      const newcomer = { user, role, readSeq: 0, readAt: null, deliveredSeq: 0 };
      const members = withoutMember(state.shown.members, user.id);
      return moveMembers(state, seq, { members: sorted([...members, newcomer]), activityAt: addedAt });
    }
    case 'member-removed': {
      const { userId, removedAt } = event.payload;
      const members = withoutMember(state.shown.members, userId);
      return moveMembers(state, seq, { members, activityAt: removedAt });
    }
    case 'role-changed': {
      const { userId, role, changedAt } = event.payload;
      const members = withMember(state.shown.members, userId, () => ({ role }));
      return moveMembers(state, seq, { members, activityAt: changedAt });
    }
    case 'renamed': {
      const { title, renamedAt } = event.payload;
      return move(state, seq, { title, activityAt: renamedAt });
    }
    case 'read': {
      const { userId, seq: readSeq, readAt } = event.payload;
      return show(state, {
        members: withMember(state.shown.members, userId, ({ deliveredSeq }) => ({
          readSeq,
          readAt,
          // What is read has been delivered.
          deliveredSeq: Math.max(deliveredSeq, readSeq),
        })),
      });
    }
    case 'delivered': {
      const { userId, seq: deliveredSeq } = event.payload;
      return show(state, { members: withMember(state.shown.members, userId, () => ({ deliveredSeq })) });
    }
    case 'typing':
    case 'user-joined':
    case 'user-left':
    case 'presence':
      return state;
    default:
      return event satisfies never;
  }
}

const show = (state: RoomState, change: Partial<RoomSnapshot>): RoomState => ({
  ...state,
  shown: { ...state.shown, ...change },
});

/** What a durable event changes. What was in the fetched snapshot is passed over; a hole is a fault. */
function move(state: RoomState, seq: number, change: Partial<RoomSnapshot>): RoomState {
  const { headSeq } = state.shown;
  if (seq <= headSeq) return state;
  if (seq !== headSeq + 1) throw new Error(`event ${seq} came after ${headSeq}`);
  return show(state, { ...change, headSeq: seq });
}

function moveMembers(
  state: RoomState,
  seq: number,
  { members, activityAt }: Pick<RoomSnapshot, 'members' | 'activityAt'>,
): RoomState {
  return move(state, seq, { activityAt, ...(seq > state.membersSeq && { members }) });
}

/** Who is in the room, as of its head or later. What lies between is still to come. */
function rejoin({ shown }: RoomState, { headSeq, participants }: Joined): RoomState {
  const known = new Map(shown.members.map((member) => [member.user.id, member]));
  const members = participants.map(({ online: _online, typing: _typing, ...told }): RoomMember => {
    const before = known.get(told.user.id);
    return { ...told, readAt: before?.readSeq === told.readSeq ? before.readAt : 'unknown' };
  });
  return { shown: { ...shown, members: sorted(members) }, membersSeq: headSeq };
}

/** A message that was written before one joined is not known here, and an event of it says nothing. */
function withMessage(
  { shown }: RoomState,
  id: string,
  change: (message: Message) => Partial<Message>,
): Message[] {
  return shown.messages.map((message) => (message.id === id ? { ...message, ...change(message) } : message));
}

function withReaction(
  reactions: readonly MessageReaction[],
  { emoji, userId, on }: Reaction,
): MessageReaction[] {
  const known = reactions.some((one) => one.emoji === emoji)
    ? reactions
    : [...reactions, { emoji, userIds: [] }];
  return known
    .map((one) => {
      if (one.emoji !== emoji) return one;
      const others = one.userIds.filter((id) => id !== userId);
      return { emoji, userIds: on ? [...others, userId] : others };
    })
    .filter(({ userIds }) => userIds.length > 0);
}

function withOffer(offers: readonly Offer[], offer: Offer): Offer[] {
  return offers.map((one) => (one.id === offer.id ? offer : one));
}

function withMember(
  members: readonly RoomMember[],
  userId: string,
  change: (member: RoomMember) => Partial<RoomMember>,
): RoomMember[] {
  return members.map((member) => (member.user.id === userId ? { ...member, ...change(member) } : member));
}

function withoutMember(members: readonly RoomMember[], userId: string): RoomMember[] {
  return members.filter(({ user }) => user.id !== userId);
}
