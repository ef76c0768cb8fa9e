import type { ParticipantView } from '@parley/client';
import { useConversation } from '@parley/client/react';

/**
 * Who is in a talk, with what is asked for: the same list until some of that changes. How far they have read changes with
 * each message.
 */
export function useMembers<Fact extends keyof ParticipantView>(
  conversationId: string,
  ...facts: readonly Fact[]
): readonly Pick<ParticipantView, Fact>[] {
  return useConversation(
    conversationId,
    ({ participants }) => participants,
    (before, now) =>
      before.length === now.length &&
      now.every((one, index) => facts.every((fact) => one[fact] === before[index]?.[fact])),
  );
}
