import { LIMITS, type React } from '@parley/contract/schemas';
import type { output } from 'zod';

import type { Caller } from '../../core/caller.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Services } from '../../core/services.ts';
import { reaction } from './events.ts';
import { insertReaction, reactionsTo, removeReaction, type ReactionRow } from './store.ts';
import { changeMessage } from './visible.ts';

/** Puts an emoji on a message, or takes one's own away. What is so already changes nothing, and nobody is told. */
export async function react(
  services: Services,
  caller: Caller,
  { messageId, emoji, on }: output<typeof React>,
): Promise<{ success: true }> {
  await changeMessage(services, { caller, messageId }, async ({ tx, room }, { message }) => {
    if (message.deletedAt !== null) throw new Refusal('message_deleted');
    const present = await reactionsTo(tx, messageId);
    const isOn = present.some((one) => one.emoji === emoji && one.userId === caller.id);
    if (isOn === on) return;
    if (on) {
      const seq = BigInt(room.nextSeq);
      const emojiSeq = placeOf(emoji, present) ?? seq;
      await insertReaction(tx, { messageId, userId: caller.id, emoji, seq, emojiSeq });
    } else await removeReaction(tx, { messageId, userId: caller.id, emoji });
    const refs = { messageId, userId: caller.id, emoji, on };
    room.append('reaction', refs, reaction(message, { userId: caller.id, emoji, on, reactedAt: room.now }));
  });
  return { success: true };
}

/** The place among the emojis that one more of `emoji` takes: undefined for a new one. */
function placeOf(emoji: string, present: readonly ReactionRow[]): bigint | undefined {
  if (present.length >= LIMITS.reactions) throw new Refusal('too_many_reactions');
  const same = present.find((one) => one.emoji === emoji);
  if (same === undefined && new Set(present.map((one) => one.emoji)).size >= LIMITS.reactionEmojis) {
    throw new Refusal('too_many_reactions');
  }
  return same?.emojiSeq;
}
