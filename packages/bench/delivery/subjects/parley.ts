// Parley's real server. What it delivers comes on its bus, as from another node: nothing of it is in the log.
import { createLogger, createParley, migrate, openDatabase } from '@parley/server';

import { encodeEvent } from '../../../server/src/core/event.ts';
import { roomTopic } from '../../../server/src/core/topics.ts';
import { JWT_SECRET, roomId } from '../hall.ts';
import { serveSubject } from '../subject.ts';
import { addHall } from './parley-hall.ts';

export interface ParleyOptions {
  /** Without one the database is embedded, in `dataDir`. */
  databaseUrl?: string;
  redisUrl?: string;
  dataDir: string;
}

serveSubject(async ({ databaseUrl, redisUrl, dataDir }: ParleyOptions) => {
  const log = createLogger('warn');
  const database = await openDatabase({ url: databaseUrl, dataDir, log });
  await migrate(database);
  const parley = await createParley({
    database,
    dataDir,
    log,
    jwtSecret: JWT_SECRET,
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(redisUrl !== undefined && { redisUrl }),
    // All clients come from one address, and some are one person's.
    rateFactor: 10_000,
    edgeLimits: {
      unauthenticatedPerIp: 10_000,
      connectionsPerUser: 1_000,
      sockets: 20_000,
      tcpConnections: 20_000,
      // Where others use the machine too, an answer may take its time.
      pongMs: 60_000,
    },
  });
  const { bus } = parley.services;
  const { url } = await parley.listen({ port: 0, host: '127.0.0.1' });
  return {
    url,
    admit: (hall) => addHall(database.prisma, hall),
    publish(hall, room, event) {
      const { type, payload } = event;
      bus.publish(roomTopic(roomId(hall, room)), { seq: payload.seq, type, body: encodeEvent(event) });
    },
  };
});
