import { createLogger, createParley } from '@parley/server';

import { JWT_SECRET } from '../delivery/hall.ts';
import type { ServeTown } from './run-served.ts';

export const serveParley: ServeTown = async ({ database, place: { dataDir } }) => {
  const parley = await createParley({
    database,
    dataDir,
    log: createLogger('warn'),
    jwtSecret: JWT_SECRET,
    // All clients come from one address.
    rateFactor: 10_000,
    edgeLimits: { unauthenticatedPerIp: 10_000 },
  });
  return await parley.listen({ port: 0, host: '127.0.0.1' });
};
