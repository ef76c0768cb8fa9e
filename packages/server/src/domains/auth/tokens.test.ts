import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';

import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';

import { ManualClock } from '../../core/testing/manual-clock.ts';
import { createTokens, type TokenOptions } from './tokens.ts';

const SECRET = 'a secret of the tests, thirty-two bytes or more';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

const NOW = Date.UTC(2030, 0, 1);
const IN_AN_HOUR = NOW / 1_000 + 3_600;
const tokens = (options: TokenOptions, now = NOW) => createTokens(options, new ManualClock(now));

const sign = (payload: object, key: jwt.Secret, options: jwt.SignOptions = {}) =>
  jwt.sign(payload, key, options);
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token put together by hand, for what the library will not make. */
const forge = (header: object, payload: object, key?: string | Buffer) => {
  const text = `${part(header)}.${part(payload)}`;
  return `${text}.${key === undefined ? '' : createHmac('sha256', key).update(text).digest('base64url')}`;
};
const good = { sub: 'ana', exp: IN_AN_HOUR };
const invalid = expect.objectContaining({ reason: 'token_invalid' }) as Error;
const expired = expect.objectContaining({ reason: 'token_expired' }) as Error;

describe('access tokens of our own key', () => {
  const own = tokens({ secret: SECRET });

  it('verify what they signed, for 15 minutes', () => {
    const { accessToken, accessTokenExpiresAt } = own.sign('ana', 7);
    expect(accessTokenExpiresAt).toEqual(new Date(NOW + 900_000));
    expect(own.verify(accessToken)).toMatchObject({
      sub: 'ana',
      expiresAt: accessTokenExpiresAt,
      generation: 7,
      issuedAt: NOW,
    });
    expect(tokens({ secret: SECRET }, NOW + 899_000).verify(accessToken).sub).toBe('ana');
    expect(() => tokens({ secret: SECRET }, NOW + 900_000).verify(accessToken)).toThrow(expired);
    expect(jwt.decode(accessToken)).toEqual({ sub: 'ana', gen: 7, iat: NOW / 1_000, exp: NOW / 1_000 + 900 });
  });

  it('accept one signed elsewhere with the same secret and only sub and exp', () => {
    const token = sign(good, SECRET, { noTimestamp: true });
    expect(own.verify(token)).toMatchObject({ sub: 'ana', expiresAt: new Date(IN_AN_HOUR * 1_000) });
  });

  it.each([
    ['alg none', forge({ alg: 'none', typ: 'JWT' }, good)],
    ['alg None with a signature', forge({ alg: 'None' }, good, SECRET)],
    ['another secret', sign(good, 'another secret')],
    ['an empty secret', forge({ alg: 'HS256' }, good, '')],
    ['HS384', sign(good, SECRET, { algorithm: 'HS384' })],
    ['RS256', sign(good, rsa.privateKey, { algorithm: 'RS256' })],
    ['no exp', sign({ sub: 'ana' }, SECRET)],
    ['an exp that is text', forge({ alg: 'HS256' }, { ...good, exp: String(IN_AN_HOUR) }, SECRET)],
    ['an exp beyond all time', forge({ alg: 'HS256' }, { ...good, exp: 1e300 }, SECRET)],
    ['no sub', sign({ exp: IN_AN_HOUR }, SECRET)],
    ['an empty sub', sign({ ...good, sub: '' }, SECRET)],
    ['a sub that is a number', forge({ alg: 'HS256' }, { ...good, sub: 7 }, SECRET)],
    ['a sub with spaces', sign({ ...good, sub: 'ana maria' }, SECRET)],
    ['a sub with NUL', sign({ ...good, sub: 'ana\0' }, SECRET)],
    ['a sub too long', sign({ ...good, sub: 'a'.repeat(65) }, SECRET)],
    ['not valid yet', sign({ ...good, nbf: IN_AN_HOUR - 60 }, SECRET)],
    ['a critical extension', forge({ alg: 'HS256', crit: ['b64'], b64: true }, good, SECRET)],
    ['a payload that is no object', forge({ alg: 'HS256' }, ['ana'], SECRET)],
    ['a changed payload', sign(good, SECRET).replace(/\.[^.]+\./, `.${part({ ...good, sub: 'ben' })}.`)],
    ['no signature', sign(good, SECRET).replace(/[^.]+$/, '')],
    ['no token', ''],
    ['no JSON', 'a.b.c'],
    ['a token too long', sign({ ...good, more: 'x'.repeat(9_000) }, SECRET)],
  ])('refuse %s', (_, token) => {
    expect(() => own.verify(token)).toThrow(invalid);
  });

  it('refuse an expired one as such only when its signature is right', () => {
    const past = { sub: 'ana', exp: NOW / 1_000 };
    expect(() => own.verify(sign(past, SECRET))).toThrow(expired);
    expect(() => own.verify(sign(past, 'another secret'))).toThrow(invalid);
  });
});

describe.each([
  ['RS256', rsa, ec],
  ['ES256', ec, rsa],
] as const)('access tokens issued elsewhere with %s', (algorithm, pair, other) => {
  const publicPem = pem(pair.publicKey);
  const foreign = tokens({ publicKey: publicPem });

  it('are verified with the public key, and none is signed here', () => {
    expect(foreign.foreign).toBe(true);
    expect(foreign.verify(sign(good, pair.privateKey, { algorithm })).sub).toBe('ana');
    expect(() => foreign.sign('ana', 0)).toThrow(
      expect.objectContaining({ reason: 'login_disabled' }) as Error,
    );
  });

  it.each([
    ['alg none', forge({ alg: 'none' }, good)],
    ['HS256 with the text of the public key', forge({ alg: 'HS256' }, good, publicPem)],
    ['HS256 with its trimmed text', forge({ alg: 'HS256' }, good, publicPem.trim())],
    [
      'HS256 with its bytes',
      forge({ alg: 'HS256' }, good, pair.publicKey.export({ type: 'spki', format: 'der' })),
    ],
    ['its own algorithm named over an HMAC of the public key', forge({ alg: algorithm }, good, publicPem)],
    [
      'the other kind of key',
      sign(good, other.privateKey, { algorithm: algorithm === 'RS256' ? 'ES256' : 'RS256' }),
    ],
    ['another RSA key', sign(good, otherRsa.privateKey, { algorithm: 'RS256' })],
  ])('are refused with %s', (_, token) => {
    expect(() => foreign.verify(token)).toThrow(invalid);
  });
});

describe('issuer and audience', () => {
  it('are checked where they are configured', () => {
    const strict = tokens({ secret: SECRET, issuer: 'shop', audience: 'parley' });
    expect(strict.verify(strict.sign('ana', 0).accessToken).sub).toBe('ana');
    const named = { ...good, iss: 'shop', aud: ['other', 'parley'] };
    expect(strict.verify(sign(named, SECRET)).sub).toBe('ana');
    for (const wrong of [
      good,
      { ...named, iss: 'else' },
      { ...named, aud: 'else' },
      { ...named, aud: undefined },
    ]) {
      const token = forge({ alg: 'HS256' }, wrong, SECRET);
      expect(() => strict.verify(token)).toThrow(invalid);
    }
  });

  it('are anything where they are not', () => {
    expect(tokens({ secret: SECRET }).verify(sign({ ...good, iss: 'x', aud: 'y' }, SECRET)).sub).toBe('ana');
  });
});

describe('the key for tokens', () => {
  it.each<[string, TokenOptions]>([
    ['none', {}],
    ['an empty secret', { secret: '' }],
    ['both kinds', { secret: SECRET, publicKey: pem(rsa.publicKey) }],
    ['a private key', { publicKey: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }],
    ['what is no key', { publicKey: 'hello' }],
    ['a secret given as the public key', { publicKey: 'c2VjcmV0' }],
    ['RSA of 1024 bits', { publicKey: generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey }],
    ['another curve', { publicKey: generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey }],
    ['Ed25519', { publicKey: generateKeyPairSync('ed25519').publicKey }],
  ])('cannot be %s', (_, options) => {
    expect(() => tokens(options)).toThrow(expect.objectContaining({ name: 'StartupError' }) as Error);
  });
});
