/**
 * Messages that one may change or react to: those of a conversation that one is in, written since one joined. Any
 * other is refused as if it did not exist.
 */
import type { Caller } from '../../core/caller.ts';
import type { CommitScope } from '../../core/commit.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Services } from '../../core/services.ts';
import type { Participant } from '../../generated/prisma/client.ts';
import type { MessageRow } from '../conversations/message-row.ts';
import { findVisible } from './store.ts';

export interface Standing {
  message: MessageRow;
  /** The caller's membership. */
  participant: Participant;
}

/** Changes a message: it is found first, and looked at again once its room is open. */
export async function changeMessage<Result>(
  services: Services,
  { caller, messageId }: { caller: Caller; messageId: string },
  change: (scope: CommitScope, standing: Standing) => Promise<Result>,
): Promise<Result> {
  const found = await standingOf(services.db, messageId, caller);
  return await services.commit(found.message.conversationId, async (scope) =>
    change(scope, await standingOf(scope.tx, messageId, caller)),
  );
}

async function standingOf(db: CommitScope['tx'], messageId: string, { id }: Caller): Promise<Standing> {
  const standing = await findVisible(db, messageId, id);
  if (standing === undefined) throw new Refusal('message_not_found');
  return standing;
}
