/** Editing and deleting messages. A deleted one keeps its place; its text is then nowhere, not in the log either. */
import type { SentMessage } from '@parley/contract';
import type { DeleteMessage, EditMessage } from '@parley/contract/schemas';
import type { output } from 'zod';

import type { Caller } from '../../core/caller.ts';
import type { CommitScope } from '../../core/commit.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Services } from '../../core/services.ts';
import { toMessage, type MessageRow } from '../conversations/message-row.ts';
import { messageDeleted, messageEdited } from './events.ts';
import { emptyMessage, setContent, whoMaySee } from './store.ts';
import { changeMessage } from './visible.ts';

/** Gives one's own message other content. The same content changes nothing, and nobody is told. */
export async function editMessage(
  services: Services,
  caller: Caller,
  { messageId, content }: output<typeof EditMessage>,
): Promise<SentMessage> {
  const row = await changeMessage(services, { caller, messageId }, async (scope, { message }) => {
    if (message.userId !== caller.id) throw new Refusal('not_message_author');
    if (message.deletedAt !== null) throw new Refusal('message_deleted');
    if (content === '' && message.attachments.length === 0) {
      throw new Refusal('invalid_input', { message: 'A message needs content or an attachment' });
    }
    if (content === message.content) return message;
    const { now } = scope.room;
    const edited = await setContent(scope.tx, messageId, { content, editedAt: now });
    await tell(scope, edited, {
      type: 'message-edited',
      refs: { messageId },
      payload: messageEdited(edited, now),
    });
    return edited;
  });
  return { success: true, message: toMessage(row) };
}

/** Takes the content, attachments and reactions of one's own message away, or in a group as one who looks after it. */
export async function deleteMessage(
  services: Services,
  caller: Caller,
  { messageId }: output<typeof DeleteMessage>,
): Promise<SentMessage> {
  const row = await changeMessage(
    services,
    { caller, messageId },
    async (scope, { message, participant }) => {
      // Between two, both are members.
      if (message.userId !== caller.id && participant.role === 'member')
        throw new Refusal('not_message_author');
      if (message.deletedAt !== null) return message;
      const { now } = scope.room;
      const deleted = await emptyMessage(scope.tx, messageId, now);
      const refs = { messageId, deletedBy: caller.id };
      const payload = messageDeleted(deleted, { deletedBy: caller.id, deletedAt: now });
      await tell(scope, deleted, { type: 'message-deleted', refs, payload });
      return deleted;
    },
  );
  return { success: true, message: toMessage(row) };
}

type Told =
  | { type: 'message-edited'; refs: { messageId: string }; payload: ReturnType<typeof messageEdited> }
  | {
      type: 'message-deleted';
      refs: { messageId: string; deletedBy: string };
      payload: ReturnType<typeof messageDeleted>;
    };

/** In the room, and in the inbox of everyone who may see the message: a list shows the newest one. */
async function tell(scope: CommitScope, message: MessageRow, { type, refs, payload }: Told): Promise<void> {
  scope.room.append(type, refs, payload);
  for (const userId of await whoMaySee(scope.tx, message)) scope.notify(userId, type, refs, payload);
}
