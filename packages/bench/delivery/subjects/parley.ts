// Parley's real server. What it delivers comes on its bus, as from another node, and is in no log; but where it is to send.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createLogger, createParley, migrate, openDatabase, type Parley } from '@parley/server';
import { Client } from 'pg';

import { encodeEvent } from '../../../server/src/core/event.ts';
import { roomTopic } from '../../../server/src/core/topics.ts';
import { sendMessage } from '../../../server/src/domains/messages/messages.ts';
import { hostOf } from '../../client/host.ts';
import type { ParleyOrder } from '../../subjects/parley.ts';
import { JWT_SECRET, roomId } from '../hall.ts';
import { serveSubject, type Deliverer } from '../subject.ts';
import { addHall, keepEvents } from './parley-hall.ts';

interface Options extends ParleyOrder {
  redisUrl?: string;
  /** A page to be served besides, from where it is built. */
  pages?: string;
  /** Whether messages are sent by the room's first person, rather than only told. */
  persists?: boolean;
}

const queries = { all: 0, log: 0 };
const OF_LOG = /"(LogEntry|Message|Reaction)"/;
// oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this` again
const { query } = Client.prototype;
Client.prototype.query = function count(this: Client, ...args: unknown[]): unknown {
  queries.all += 1;
  const [asked] = args as [string | { text?: string }];
  if (OF_LOG.test(typeof asked === 'string' ? asked : (asked.text ?? ''))) queries.log += 1;
  return Reflect.apply(query, this, args);
} as typeof query;

serveSubject(async ({ databaseUrl, redisUrl, dataDir, pages, persists = false }: Options) => {
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
    // Nobody who is cut off is told to have left before they are back, however slow the machine is.
    presenceGraceMs: 60_000,
    edgeLimits: {
      unauthenticatedPerIp: 10_000,
      connectionsPerUser: 1_000,
      sockets: 20_000,
      tcpConnections: 20_000,
      // Where others use the machine too, an answer may take its time.
      pongMs: 60_000,
    },
  });
  const { services } = parley;
  const tell: Deliverer['publish'] = (hall, room, event) => {
    const { type, payload } = event;
    services.bus.publish(roomTopic(roomId(hall, room)), { seq: payload.seq, type, ...encodeEvent(event) });
  };
  const send: Deliverer['publish'] = (_hall, _room, { payload }) => {
    const { user, conversationId, content } = payload;
    // One that fails is not drawn, which fails the run.
    sendMessage(services, user, { conversationId, content, attachments: [] }).catch((error: unknown) =>
      log.error({ err: error }, 'not sent'),
    );
  };
  const { url } =
    pages === undefined
      ? await parley.listen({ port: 0, host: '127.0.0.1' })
      : await listenWithin(parley, pages);
  return {
    url,
    admit: (hall) => addHall(database, hall),
    keep: (hall, events) => keepEvents(database, hall, events),
    queries: () => ({ ...queries }),
    publish: persists ? send : tell,
  };
});

/** As who has pages of their own attaches it to what serves them. */
async function listenWithin(parley: Parley, pages: string): Promise<{ url: string }> {
  const http = createServer(hostOf(pages));
  parley.attach(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}
