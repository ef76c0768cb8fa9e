import { isIP } from 'node:net';

import type { RedisOptions } from 'ioredis';

import { StartupError } from './startup-error.ts';

/** Where Redis is, and how to get in. */
export interface RedisPlace {
  /** For people: host and port, never a password. */
  readonly name: string;
  readonly db: number;
  readonly options: Pick<RedisOptions, 'host' | 'port' | 'db' | 'username' | 'password' | 'tls'>;
}

/** Reads `redis[s]://[user:password@]host[:port][/db]`. What else a URL may say is not for here. */
export function readRedisUrl(text: string): RedisPlace {
  if (!URL.canParse(text)) throw new StartupError('REDIS_URL is not a URL');
  const { protocol, hostname, port, username, password, pathname } = new URL(text);
  const db = /^\/?(\d{0,4})$/.exec(pathname)?.[1];
  if (db === undefined) throw new StartupError('REDIS_URL names a database that is not a number');
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const place = { host: host === '' ? 'localhost' : host, port: port === '' ? 6379 : Number(port) };
  return {
    name: `Redis at ${hostname === '' ? 'localhost' : hostname}:${place.port}`,
    db: Number(db),
    options: {
      ...place,
      db: Number(db),
      ...(username !== '' && { username: decoded(username) }),
      ...(password !== '' && { password: decoded(password) }),
      // An address is no server name: TLS forbids it, and Node warns.
      ...(protocol === 'rediss:' && { tls: isIP(place.host) === 0 ? { servername: place.host } : {} }),
    },
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new StartupError('REDIS_URL has a user or password that is not URL-encoded: write % as %25');
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host is unknown',
  EAI_AGAIN: 'the host cannot be looked up',
  ECONNRESET: 'it closed the connection',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no route to it',
};
/** How the server's own words begin. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/^(WRONGPASS|NOAUTH|ERR invalid password|ERR AUTH)/i, 'it refused the user or the password'],
  [/^READONLY/i, 'it is a replica, which takes no writes'],
  [/^OOM/i, 'it has no memory left'],
  [/^MISCONF/i, 'it takes no writes while it cannot save them'],
  [/^NOPERM/i, 'its user may not do what is needed'],
  [/DB index is out of range/i, 'the database does not exist'],
  [/max number of clients/i, 'it has no connection left'],
  [/unknown command/i, 'it is older than Redis 7'],
  [/timed out/i, 'it does not answer'],
];

/** Only known reasons: a driver's message could repeat the URL. */
export function redisUnusable({ name }: RedisPlace, error: unknown): StartupError {
  if (error instanceof StartupError) return error;
  const cause = plainError(error);
  const { code, message } = cause;
  const known = code === undefined ? undefined : (REASONS[code] ?? code);
  const said = REFUSALS.find(([words]) => words.test(message))?.[1];
  const why = said ?? known ?? 'the connection failed';
  return new StartupError(`${name} cannot be used: ${why} (see REDIS_URL)`, { cause });
}

/** An error of the client without the command that failed, whose arguments may be a password or what people wrote. */
export function plainError(error: unknown): Error & { code?: string } {
  const { message = 'the connection was closed', code } = (error ?? {}) as {
    message?: string;
    code?: unknown;
  };
  return Object.assign(new Error(message), typeof code === 'string' && { code });
}
