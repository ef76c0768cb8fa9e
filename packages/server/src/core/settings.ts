/** What a host sets by name, in place of the environment. */
import { readConfig, type Config } from './config.ts';
import type { LogLevel } from './logger.ts';

/**
 * Settings by the names of the environment variables that a stand-alone server reads. The environment is not read, but
 * for `NODE_ENV`: in production a secret is required.
 */
export interface ParleySettings {
  /** PostgreSQL. Without one the database is embedded, in `dataDir`. */
  databaseUrl?: string;
  /** Redis 7 or Valkey: carries events between the nodes on one PostgreSQL. Without one this is the only node. */
  redisUrl?: string;
  /** `.parley` by default. */
  dataDir?: string;
  /** 32 bytes or more. Outside production one is made, and kept in `dataDir`. */
  jwtSecret?: string;
  /** PEM. People then come with tokens of the host's, and cannot sign in here. */
  jwtPublicKey?: string;
  jwtIssuer?: string;
  jwtAudience?: string;
  /** Whether people may make their own accounts; yes by default. */
  registration?: boolean;
  /** Origins whose pages may call, besides the server's own. */
  origins?: readonly string[];
  /**
   * Proxies whose `X-Forwarded-For` is believed: how many stand in front, or their addresses and networks, separated by
   * commas. None by default.
   */
  trustProxy?: number | string;
  /** How long clients can still come here after readiness says that the server stops: none by default. */
  drainDelayMs?: number;
  logLevel?: LogLevel;
}

/** Both are checked by the same rules. */
export function readSettings(settings: ParleySettings): Config {
  return readConfig(environmentOf(settings));
}

/** As the environment would give them. */
function environmentOf(settings: ParleySettings): Record<string, string | undefined> {
  const { registration, origins } = settings;
  return {
    NODE_ENV: process.env['NODE_ENV'] === 'production' ? 'production' : 'development',
    DATABASE_URL: settings.databaseUrl,
    REDIS_URL: settings.redisUrl,
    PARLEY_DATA_DIR: settings.dataDir,
    JWT_SECRET: settings.jwtSecret,
    JWT_PUBLIC_KEY: settings.jwtPublicKey,
    JWT_ISSUER: settings.jwtIssuer,
    JWT_AUDIENCE: settings.jwtAudience,
    PARLEY_REGISTRATION: registration === undefined ? undefined : registration ? 'on' : 'off',
    // A list of none is a comma: empty text would be an absent variable, whose default lets a page in.
    FRONTEND_URL: origins?.length === 0 ? ',' : origins?.join(','),
    PARLEY_TRUST_PROXY: settings.trustProxy?.toString(),
    PARLEY_DRAIN_DELAY_MS: settings.drainDelayMs?.toString(),
    LOG_LEVEL: settings.logLevel,
  };
}
