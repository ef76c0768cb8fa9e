// Socket.IO that checks what Parley checks: the account, and whether it is a member of the room.
import { createLogger, migrate, openDatabase } from '@parley/server';

import type { ParleyOrder } from '../../subjects/parley.ts';
import { serveSubject } from '../subject.ts';
import { addHall } from './parley-hall.ts';
import { serveSocketIo } from './socket-io-server.ts';

serveSubject(async ({ databaseUrl, dataDir }: ParleyOrder) => {
  const database = await openDatabase({ url: databaseUrl, dataDir, log: createLogger('warn') });
  await migrate(database);
  const { user, participant } = database.prisma;
  const deliverer = await serveSocketIo({
    asking: {
      isKnown: async (id) => (await user.findUnique({ where: { id } })) !== null,
      isMember: async (userId, conversationId) =>
        (await participant.findUnique({ where: { conversationId_userId: { conversationId, userId } } })) !==
        null,
    },
  });
  return { ...deliverer, admit: (hall) => addHall(database, hall) };
});
