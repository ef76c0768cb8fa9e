// Socket.IO that checks what Parley checks: the account, and whether it is a member of the room. It asks as Parley does, by
// prepared statements and past Prisma.
import { createLogger, migrate, openDatabase } from '@parley/server';

import { rowsOf } from '../../../server/src/core/rows.ts';
import type { ParleyOrder } from '../../subjects/parley.ts';
import { serveSubject } from '../subject.ts';
import { addHall } from './parley-hall.ts';
import { serveSocketIo } from './socket-io-server.ts';

serveSubject(async ({ databaseUrl, dataDir }: ParleyOrder) => {
  const database = await openDatabase({ url: databaseUrl, dataDir, log: createLogger('warn') });
  await migrate(database);
  const { prisma } = database;
  const deliverer = await serveSocketIo({
    asking: {
      async isKnown(id) {
        const [user] = await rowsOf<{ disabledAt: Date | null }>(
          prisma,
        )`SELECT "disabledAt" FROM "User" WHERE "id" = ${id}`;
        return user !== undefined && user.disabledAt === null;
      },
      async isMember(userId, room) {
        const [member] = await rowsOf(
          prisma,
        )`SELECT "role" FROM "Participant" WHERE "conversationId" = ${room} AND "userId" = ${userId}`;
        return member !== undefined;
      },
    },
  });
  return { ...deliverer, admit: (hall) => addHall(database, hall) };
});
