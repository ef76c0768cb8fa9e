import { generateKeyPairSync } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ConfigError, readConfig } from './config.ts';

const SECRET = 'a'.repeat(32);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string;

describe('the configuration', () => {
  it('has defaults for all but the secret', () => {
    const config = readConfig({ JWT_SECRET: SECRET });
    expect(config).toMatchObject({
      environment: 'development',
      port: 3000,
      host: '127.0.0.1',
      dataDir: resolve('.parley'),
      registration: true,
      origins: ['http://localhost:5173'],
      trustedProxies: 0,
      drainDelayMs: 0,
      logLevel: 'info',
      token: { source: 'own', algorithm: 'HS256' },
    });
    expect(config.databaseUrl).toBeUndefined();
    expect(config.redisUrl).toBeUndefined();
    expect(config.token.key.export().toString()).toBe(SECRET);
  });

  it('takes every variable', () => {
    expect(
      readConfig({
        NODE_ENV: 'production',
        PORT: '8080',
        HOST: '0.0.0.0',
        DATABASE_URL: 'postgresql://u:p@db/parley',
        REDIS_URL: 'rediss://cache:6380',
        PARLEY_DATA_DIR: '/var/lib/parley',
        JWT_SECRET: SECRET,
        JWT_ISSUER: 'https://id.example.com',
        JWT_AUDIENCE: 'parley',
        PARLEY_REGISTRATION: 'off',
        FRONTEND_URL: 'https://chat.example.com/, http://localhost:5173,HTTPS://EXAMPLE.com:443',
        PARLEY_TRUST_PROXY: '2',
        PARLEY_DRAIN_DELAY_MS: '20000',
        LOG_LEVEL: 'debug',
      }),
    ).toMatchObject({
      environment: 'production',
      port: 8080,
      host: '0.0.0.0',
      databaseUrl: 'postgresql://u:p@db/parley',
      redisUrl: 'rediss://cache:6380',
      dataDir: '/var/lib/parley',
      token: { issuer: 'https://id.example.com', audience: 'parley' },
      registration: false,
      origins: ['https://chat.example.com', 'http://localhost:5173', 'https://example.com'],
      trustedProxies: 2,
      drainDelayMs: 20_000,
      logLevel: 'debug',
    });
  });

  it('takes an empty variable for an absent one', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: ' ', JWT_SECRET: SECRET })).toMatchObject({
      port: 3000,
      databaseUrl: undefined,
    });
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['DATABASE_URL', 'mysql://u:hunter2@db/parley'],
    ['DATABASE_URL', 'hunter2'],
    ['REDIS_URL', 'localhost:6379'],
    ['FRONTEND_URL', '*'],
    ['FRONTEND_URL', 'https://*.example.com'],
    ['FRONTEND_URL', 'https://chat.example.com/app'],
    ['FRONTEND_URL', 'https://a.example,chat.example.com'],
    ['PARLEY_TRUST_PROXY', 'true'],
    ['PARLEY_TRUST_PROXY', '-1'],
    ['PARLEY_TRUST_PROXY', '100'],
    ['PARLEY_TRUST_PROXY', '10.0.0.0/8, proxy.example'],
    ['PARLEY_TRUST_PROXY', '10.0.0.0/33'],
    ['PARLEY_TRUST_PROXY', '0.0.0.0/0'],
    ['PARLEY_TRUST_PROXY', 'fe80::1%eth0'],
    ['PARLEY_TRUST_PROXY', '10.0.0.0/8/8'],
    ['PARLEY_DRAIN_DELAY_MS', '1.5'],
    ['PARLEY_DRAIN_DELAY_MS', '-1'],
    ['LOG_LEVEL', 'loud'],
    ['NODE_ENV', 'prod'],
    ['PARLEY_REGISTRATION', 'maybe'],
    ['JWT_PUBLIC_KEY', 'hunter2'],
  ])('refuses %s=%s in one line that names it', (name, value) => {
    const read = () => readConfig({ JWT_SECRET: SECRET, [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^${name} [^\\n]+$`));
    expect(read).not.toThrow(/hunter2/);
  });

  it('needs a secret of 32 bytes in production', () => {
    expect(() => readConfig({ NODE_ENV: 'production' })).toThrow(/^JWT_SECRET is required in production/);
    expect(() => readConfig({ NODE_ENV: 'production', JWT_SECRET: 'a'.repeat(31) })).toThrow(
      'JWT_SECRET must be 32 bytes or more in production',
    );
    // Bytes, not characters.
    expect(readConfig({ NODE_ENV: 'production', JWT_SECRET: 'é'.repeat(16) }).token.source).toBe('own');
  });

  it('does not show the secret when it is printed', () => {
    expect(JSON.stringify(readConfig({ JWT_SECRET: SECRET }))).not.toContain(SECRET);
  });
});

describe('a public key', () => {
  it.each([
    ['on several lines', pem],
    ['with \\n for each line', pem.replaceAll('\n', '\\n')],
  ])('is read %s, needs no secret and means RS256', (_, key) => {
    const { token } = readConfig({ NODE_ENV: 'production', JWT_PUBLIC_KEY: key });
    expect(token).toMatchObject({ source: 'host', algorithm: 'RS256' });
    expect(token.key.equals(rsa.publicKey)).toBe(true);
  });

  it('on P-256 means ES256', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    expect(readConfig({ JWT_PUBLIC_KEY: key }).token.algorithm).toBe('ES256');
  });

  it('of another kind is refused', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    for (const { publicKey } of [weak, other, generateKeyPairSync('ed25519')]) {
      const key = publicKey.export({ type: 'spki', format: 'pem' }) as string;
      expect(() => readConfig({ JWT_PUBLIC_KEY: key })).toThrow(
        /^JWT_PUBLIC_KEY must be an RSA key of 2048 bits/,
      );
    }
  });

  it('is refused when it is the private one', () => {
    const key = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    expect(() => readConfig({ JWT_PUBLIC_KEY: key })).toThrow(
      'JWT_PUBLIC_KEY holds a private key; give the public one',
    );
  });
});

describe('the development secret', () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'parley-config-'));
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  it('is made once, for the owner only, and differs between directories', () => {
    const dataDir = join(parent, 'a');
    const first = readConfig({ PARLEY_DATA_DIR: dataDir }).token.key;
    expect(readConfig({ PARLEY_DATA_DIR: dataDir }).token.key.equals(first)).toBe(true);
    expect(first.symmetricKeySize).toBeGreaterThanOrEqual(32);
    expect(statSync(join(dataDir, 'development-secret')).mode & 0o777).toBe(0o600);
    expect(readConfig({ PARLEY_DATA_DIR: join(parent, 'b') }).token.key.equals(first)).toBe(false);
  });

  it('is not made when another key is given', () => {
    readConfig({ PARLEY_DATA_DIR: join(parent, 'a'), JWT_SECRET: SECRET });
    readConfig({ PARLEY_DATA_DIR: join(parent, 'a'), JWT_PUBLIC_KEY: pem });
    expect(existsSync(join(parent, 'a'))).toBe(false);
  });

  it('is refused in one line when the directory cannot hold it', async () => {
    await writeFile(join(parent, 'file'), '');
    expect(() => readConfig({ PARLEY_DATA_DIR: join(parent, 'file') })).toThrow(/^PARLEY_DATA_DIR: [^\n]+$/);
  });

  it('is refused when its file is empty', async () => {
    await writeFile(join(parent, 'development-secret'), '');
    expect(() => readConfig({ PARLEY_DATA_DIR: parent })).toThrow(
      /^PARLEY_DATA_DIR: [^\n]+development-secret/,
    );
  });
});
