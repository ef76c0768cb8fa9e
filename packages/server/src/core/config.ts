// What the environment says, checked once at start. It is given: only the mains read process.env, and the library no more
// of it than whether this is production.
import type { KeyObject } from 'node:crypto';
import { createPublicKey, createSecretKey, randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { join, resolve } from 'node:path';

import { z } from 'zod';

import type { LogLevel } from './logger.ts';
import { makeDirectory } from './make-directory.ts';
import { StartupError } from './startup-error.ts';

/** A variable is missing or wrong; the message is one line that names it and never repeats a secret. */
export class ConfigError extends StartupError {
  override name = 'ConfigError';
}

/** How access tokens are verified. With `host`, tokens come from elsewhere and login is off. */
export type TokenConfig = {
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
} & (
  | { readonly source: 'own'; readonly algorithm: 'HS256'; readonly key: KeyObject }
  | { readonly source: 'host'; readonly algorithm: 'RS256' | 'ES256'; readonly key: KeyObject }
);

export interface Config {
  readonly environment: 'production' | 'development' | 'test';
  readonly port: number;
  readonly host: string;
  /** Absent: the embedded database in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Absolute. */
  readonly dataDir: string;
  readonly token: TokenConfig;
  /** Whether people may make their own accounts with `auth.register`. */
  readonly registration: boolean;
  /** Origins that may call from a browser, besides the server's own. */
  readonly origins: readonly string[];
  /** Proxies in front of the server whose `X-Forwarded-For` is believed: how many, or which. */
  readonly trustedProxies: TrustedProxies;
  /** How long everything goes on after readiness says that the server stops, for balancers that look at nothing else. */
  readonly drainDelayMs: number;
  readonly logLevel: LogLevel;
}

export type TrustedProxies = number | BlockList;

const SECRET_BYTES = 32;

const url = (...schemes: readonly string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)),
      `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    );

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

/** A comma list, each reduced to `scheme://host[:port]`. No page's origin has a wildcard, so one would let nobody in. */
const origins = z.string().transform((value, context) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => {
      const parsed = /^https?:\/\/[^*]+$/i.test(item) && URL.canParse(item) ? new URL(item) : undefined;
      if (parsed !== undefined && parsed.href === `${parsed.origin}/`) return parsed.origin;
      context.addIssue({
        code: 'custom',
        message: `must be a comma-separated list of origins such as https://chat.example.com, and ${JSON.stringify(item)} is not one`,
      });
      return z.NEVER;
    }),
);

/** The number of proxies, or a comma list of addresses and networks. A network of everyone is none. */
const proxies = z.string().transform((value, context): TrustedProxies => {
  if (/^\d{1,2}$/.test(value)) return Number(value);
  const list = new BlockList();
  const items = value.split(',').map((item) => item.trim());
  for (const item of items.filter((one) => one !== '')) {
    const [address = '', length, ...rest] = item.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const longest = family === 'ipv6' ? 128 : 32;
    const bits = /^\d{1,3}$/.test(length ?? `${longest}`) ? Number(length ?? longest) : 0;
    const isAddress = isIP(address) !== 0 && !address.includes('%') && rest.length === 0;
    if (isAddress && bits >= 1 && bits <= longest) {
      list.addSubnet(address, bits, family);
    } else {
      context.addIssue({
        code: 'custom',
        message: `must be a number of proxies, or a comma-separated list of addresses and networks such as 10.0.0.0/8, and ${JSON.stringify(item)} is neither`,
      });
      return z.NEVER;
    }
  }
  return list;
});

const environment = z.object({
  NODE_ENV: oneOf(['production', 'development', 'test']).default('development'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a whole number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a whole number from 0 to 65535')
    .default(3000),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: url('postgresql', 'postgres').optional(),
  REDIS_URL: url('redis', 'rediss').optional(),
  PARLEY_DATA_DIR: z.string().default('.parley'),
  JWT_SECRET: z.string().optional(),
  JWT_PUBLIC_KEY: z.string().optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  PARLEY_REGISTRATION: oneOf(['on', 'off']).default('on'),
  FRONTEND_URL: origins.default(['http://localhost:5173']),
  PARLEY_TRUST_PROXY: proxies.default(0),
  PARLEY_DRAIN_DELAY_MS: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a whole number of milliseconds, less than 100000')
    .transform(Number)
    .default(0),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/**
 * Reads the configuration. An empty variable counts as absent.
 *
 * Outside production, with neither `JWT_SECRET` nor `JWT_PUBLIC_KEY`, a secret is made once and kept in the
 * data directory, so that tokens outlive a restart; nothing else is written.
 *
 * @throws ConfigError for the first variable that is wrong.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.entries(env)
    .map(([name, value]) => [name, value?.trim()] as const)
    .filter(([, value]) => value !== undefined && value !== '');
  const parsed = environment.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${issue?.path.join('.') ?? 'environment'} ${issue?.message ?? 'is wrong'}`);
  }
  const values = parsed.data;
  const dataDir = resolve(values.PARLEY_DATA_DIR);
  return {
    environment: values.NODE_ENV,
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    dataDir,
    token: {
      issuer: values.JWT_ISSUER,
      audience: values.JWT_AUDIENCE,
      ...(values.JWT_PUBLIC_KEY === undefined
        ? ownKey(values.JWT_SECRET, values.NODE_ENV === 'production', dataDir)
        : hostKey(values.JWT_PUBLIC_KEY)),
    },
    registration: values.PARLEY_REGISTRATION === 'on',
    origins: values.FRONTEND_URL,
    trustedProxies: values.PARLEY_TRUST_PROXY,
    drainDelayMs: values.PARLEY_DRAIN_DELAY_MS,
    logLevel: values.LOG_LEVEL,
  };
}

function ownKey(secret: string | undefined, production: boolean, dataDir: string) {
  if (production && secret === undefined) {
    throw new ConfigError(
      'JWT_SECRET is required in production (or JWT_PUBLIC_KEY, for tokens issued elsewhere)',
    );
  }
  if (production && Buffer.byteLength(secret ?? '') < SECRET_BYTES) {
    throw new ConfigError(`JWT_SECRET must be ${SECRET_BYTES} bytes or more in production`);
  }
  const key = createSecretKey(Buffer.from(secret ?? developmentSecret(dataDir)));
  return { source: 'own', algorithm: 'HS256', key } as const;
}

/** The algorithm follows from the key, so that a token cannot choose it. */
function hostKey(pem: string) {
  const text = pem.replaceAll('\\n', '\n');
  if (text.includes('PRIVATE KEY'))
    throw new ConfigError('JWT_PUBLIC_KEY holds a private key; give the public one');
  let key: KeyObject;
  try {
    key = createPublicKey(text);
  } catch {
    throw new ConfigError('JWT_PUBLIC_KEY must be a public key in PEM form (-----BEGIN PUBLIC KEY-----)');
  }
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= 2048) {
    return { source: 'host', algorithm: 'RS256', key } as const;
  }
  if (key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1') {
    return { source: 'host', algorithm: 'ES256', key } as const;
  }
  throw new ConfigError(
    'JWT_PUBLIC_KEY must be an RSA key of 2048 bits or more (RS256) or a P-256 key (ES256)',
  );
}

/** Two processes that start at once get the same secret: the first to link its file wins. */
function developmentSecret(dataDir: string): string {
  const file = join(dataDir, 'development-secret');
  try {
    makeDirectory(dataDir);
    if (!existsSync(file)) {
      const draft = `${file}.${randomBytes(6).toString('hex')}`;
      writeFileSync(draft, randomBytes(SECRET_BYTES).toString('base64url'), { mode: 0o600, flag: 'wx' });
      try {
        linkSync(draft, file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      } finally {
        rmSync(draft, { force: true });
      }
    }
    const secret = readFileSync(file, 'utf8').trim();
    if (Buffer.byteLength(secret) >= SECRET_BYTES) return secret;
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new ConfigError(`PARLEY_DATA_DIR: the development secret cannot be kept in ${dataDir} (${code})`, {
      cause: error,
    });
  }
  throw new ConfigError(
    `PARLEY_DATA_DIR: ${file} is too short to be a secret; remove it, and a new one is made`,
  );
}
