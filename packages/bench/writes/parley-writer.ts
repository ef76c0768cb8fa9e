import { createLogger, createParley } from '@parley/server';

import { sendMessage } from '../../server/src/domains/messages/messages.ts';
import type { OpenWriter } from './writer.ts';

/** Parley's rule, in a whole server that nobody is connected to. */
export const openParleyWriter: OpenWriter = async ({ database, place: { dataDir } }) => {
  const parley = await createParley({ database, dataDir, log: createLogger('warn') });
  return {
    async send({ id, author }, message) {
      const caller = { id: author, username: author, avatar: null };
      const sent = await sendMessage(parley.services, caller, {
        conversationId: id,
        attachments: [],
        ...message,
      });
      return { seq: sent.message.seq };
    },
  };
};
