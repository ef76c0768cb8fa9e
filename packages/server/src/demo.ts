/**
 * The server with people and talks to look at. Started again, it keeps what has been said. Always on a database of its
 * own: accounts with a password that everybody knows go nowhere else.
 */
import { DEMO_PASSWORD, DEMO_PEOPLE } from './demo/people.ts';
import { seedDemo } from './demo/seed.ts';
import { run } from './run.ts';

const logins = [DEMO_PEOPLE.ana, DEMO_PEOPLE.ben].map(
  ({ email }) => `  ${email}   password ${DEMO_PASSWORD}`,
);

const { DATABASE_URL: _database, REDIS_URL: _redis, ...env } = process.env;

await run({
  env: { LOG_LEVEL: 'warn', ...env },
  prepare: async ({ services }) => {
    await seedDemo(services);
  },
  ready: (url) => {
    // What a person opens: a browser keeps "localhost" and "127.0.0.1" apart.
    const address = url.replace('//127.0.0.1:', '//localhost:');
    process.stdout.write(
      [
        '',
        `Parley is running on ${address}`,
        '',
        'Sign in as one of them, in two windows:',
        ...logins,
        '',
        '',
      ].join('\n'),
    );
  },
});
