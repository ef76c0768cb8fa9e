import { createLogger, createParley, migrate, openDatabase } from '@parley/server';

import { CHEAP_PASSWORD_COST } from '../../server/src/domains/auth/passwords.ts';
import { fulfil } from '../worker.ts';

export interface ParleyOrder {
  /** Without one the database is embedded, in `dataDir`. */
  databaseUrl?: string;
  dataDir: string;
  /** Where the sample app is built, to be served besides. */
  webDirectory?: string;
}

await fulfil(async ({ databaseUrl, dataDir, webDirectory }: ParleyOrder) => {
  const log = createLogger('warn');
  const database = await openDatabase({ url: databaseUrl, dataDir, log });
  await migrate(database);
  const parley = await createParley({
    database,
    dataDir,
    log,
    ...(webDirectory !== undefined && { webDirectory }),
    // Signing up is not measured, and one address signs everybody up.
    passwordCost: CHEAP_PASSWORD_COST,
    rateFactor: 1_000,
    // All clients come from one address, too.
    edgeLimits: { unauthenticatedPerIp: 10_000 },
    accessTokenSeconds: 24 * 60 * 60,
  });
  return parley.listen({ port: 0, host: '127.0.0.1' });
});
