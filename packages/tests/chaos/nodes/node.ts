// One node under test: the server as it is, but for a bus that is faulty, cheap passwords and tokens that end soon.
import { createParley, readConfig } from '@parley/server';

import { CHEAP_PASSWORD_COST } from '../../../server/src/domains/auth/passwords.ts';
import { Random } from '../random.ts';
import { FaultyBus } from './faulty-bus.ts';

const STORM_MS = 3000;

const { env } = process;
const buses: FaultyBus[] = [];
const parley = await createParley({
  config: readConfig(env),
  wrapBus: (inner) => {
    const bus = new FaultyBus(inner, new Random(Number(env['CHAOS_SEED'])));
    buses.push(bus);
    return bus;
  },
  passwordCost: CHEAP_PASSWORD_COST,
  accessTokenSeconds: Number(env['CHAOS_TOKEN_SECONDS']),
  rateFactor: 100,
});
process.on('SIGUSR2', () => {
  for (const bus of buses) bus.storm(STORM_MS);
});
process.once('SIGTERM', () => void parley.close().then(() => process.exit(0)));
await parley.listen();
