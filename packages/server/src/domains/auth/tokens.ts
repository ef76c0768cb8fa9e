/**
 * Access tokens. The algorithm follows from the configured key and never from the token, so a token can choose
 * neither `none` nor an HMAC keyed with the text of a public key. The key is a KeyObject, made once.
 */
import { createPublicKey, createSecretKey, KeyObject } from 'node:crypto';

import { Id, LIMITS } from '@parley/contract/schemas';
import jwt from 'jsonwebtoken';

import type { Clock } from '../../core/clock.ts';
import { Refusal } from '../../core/refusal.ts';
import { StartupError } from '../../core/startup-error.ts';

/** How tokens are signed and verified. Give `secret`, or `publicKey` where a host application issues them. */
export interface TokenOptions {
  /** HS256. */
  secret?: string | Buffer | KeyObject | undefined;
  /** PEM or a key: RSA is RS256, P-256 is ES256. */
  publicKey?: string | KeyObject | undefined;
  /** Where given, a token must name it as `iss`. */
  issuer?: string | undefined;
  /** Where given, a token must name it as `aud`, or among them. */
  audience?: string | undefined;
  /** Life of a signed token, 15 minutes by default. */
  accessTokenSeconds?: number | undefined;
}

export interface Claims {
  /** The person's id. */
  sub: string;
  expiresAt: Date;
  /** What {@link Tokens.sign} was given; undefined in a token of someone else's. */
  generation: number | undefined;
  /** In ms since 1970; undefined where the token does not say. */
  issuedAt: number | undefined;
  /** Everything the token says, unchecked. */
  all: Readonly<Record<string, unknown>>;
}

export interface Tokens {
  /** Whether tokens are issued elsewhere; nothing can be signed here then. */
  readonly foreign: boolean;
  /** A new access token, of a generation of the person's sessions. Refuses with `login_disabled` where tokens are issued elsewhere. */
  sign(userId: string, generation: number): { accessToken: string; accessTokenExpiresAt: Date };
  /** Refuses with `token_expired`, or with `token_invalid` for every other fault. */
  verify(accessToken: string): Claims;
}

type Algorithm = 'HS256' | 'RS256' | 'ES256';

const ACCESS_TOKEN_SECONDS = 900;
const RSA_BITS = 2048;
/** The last second that a `Date` can hold. */
const LAST_SECOND = 8_640_000_000_000;

/** @throws StartupError unless there is exactly one usable key. */
export function createTokens(options: TokenOptions, clock: Clock): Tokens {
  const { key, algorithm } = chooseKey(options);
  const { issuer, audience, accessTokenSeconds = ACCESS_TOKEN_SECONDS } = options;
  const foreign = algorithm !== 'HS256';
  const expected = {
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
  const seconds = () => Math.floor(clock.now() / 1_000);

  return {
    foreign,

    sign(userId, generation) {
      if (foreign) throw new Refusal('login_disabled');
      const iat = seconds();
      const exp = iat + accessTokenSeconds;
      const accessToken = jwt.sign({ sub: userId, gen: generation, iat, exp }, key, {
        algorithm,
        ...expected,
      });
      return { accessToken, accessTokenExpiresAt: new Date(exp * 1_000) };
    },

    verify(accessToken) {
      if (accessToken.length > LIMITS.tokenLength) throw new Refusal('token_invalid');
      return readClaims(
        decode(accessToken, () =>
          jwt.verify(accessToken, key, {
            algorithms: [algorithm],
            clockTimestamp: seconds(),
            complete: true,
            ...expected,
          }),
        ),
      );
    },
  };
}

function decode(accessToken: string, verify: () => jwt.Jwt): jwt.JwtPayload {
  try {
    const { header, payload } = verify();
    // An extension that a verifier must understand or refuse (RFC 7515, 4.1.11); this one understands none.
    if (typeof payload === 'object' && !('crit' in header)) return payload;
  } catch (error) {
    if (error instanceof jwt.TokenExpiredError) throw new Refusal('token_expired');
    // What is wrong with the token is told as one of SyntaxError, TypeError and JsonWebTokenError.
  }
  throw new Refusal('token_invalid');
}

function readClaims(payload: jwt.JwtPayload): Claims {
  const sub = Id.safeParse(payload.sub);
  const { exp } = payload;
  if (!sub.success || typeof exp !== 'number' || !(Math.abs(exp) <= LAST_SECOND)) {
    throw new Refusal('token_invalid');
  }
  const { iat, gen } = payload as { iat?: unknown; gen?: unknown };
  return {
    sub: sub.data,
    expiresAt: new Date(exp * 1_000),
    generation: typeof gen === 'number' ? gen : undefined,
    issuedAt: typeof iat === 'number' ? iat * 1_000 : undefined,
    all: payload,
  };
}

function chooseKey({ secret, publicKey }: TokenOptions): { key: KeyObject; algorithm: Algorithm } {
  if (publicKey !== undefined) {
    if (secret !== undefined) throw new StartupError('give a secret or a public key for tokens, not both');
    const key = publicKey instanceof KeyObject ? publicKey : readPublicKey(publicKey);
    return { key, algorithm: publicAlgorithm(key) };
  }
  const key = secret instanceof KeyObject ? secret : createSecretKey(Buffer.from(secret ?? ''));
  if (key.type !== 'secret' || key.symmetricKeySize === 0) {
    throw new StartupError('tokens need a secret that is not empty, or a public key');
  }
  return { key, algorithm: 'HS256' };
}

function readPublicKey(pem: string): KeyObject {
  if (!pem.includes('PRIVATE KEY')) {
    try {
      return createPublicKey(pem);
    } catch {
      // Told below without the key's text.
    }
  }
  throw new StartupError('the public key for tokens must be one in PEM form (-----BEGIN PUBLIC KEY-----)');
}

function publicAlgorithm(key: KeyObject): Algorithm {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (key.type === 'public' && type === 'rsa' && (details?.modulusLength ?? 0) >= RSA_BITS) return 'RS256';
  if (key.type === 'public' && type === 'ec' && details?.namedCurve === 'prime256v1') return 'ES256';
  throw new StartupError(`the public key for tokens must be RSA of ${RSA_BITS} bits or more, or P-256`);
}
