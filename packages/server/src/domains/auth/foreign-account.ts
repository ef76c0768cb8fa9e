/** What an account made for a token issued elsewhere takes from its claims. Nothing in them is trusted to fit. */
import { createHash } from 'node:crypto';

import { LIMITS, Register } from '@parley/contract/schemas';

import type { NewAccount } from './store.ts';
import type { Claims } from './tokens.ts';

const AVATAR_LENGTH = 2_048;
const { username: Username, email: Email } = Register.shape;

/** The account, with its username as wished. No email unless the issuer says that it is verified. */
export function foreignAccount({ sub, all }: Claims): NewAccount {
  const email = all['email_verified'] === true ? Email.safeParse(all['email']) : undefined;
  return {
    id: sub,
    email: email?.success === true ? email.data : null,
    username: wishedUsername(sub, all),
    displayName: displayName(all['name']),
    avatar: avatar(all['picture']),
    passwordHash: null,
  };
}

/** Usernames to try in turn: as wished, then with ever longer suffixes that follow from `sub`. */
export function* usernames({ id, username }: NewAccount): Generator<string> {
  yield username;
  const suffix = createHash('sha256').update(id).digest('hex');
  for (const length of [4, 8, 16, 32]) {
    yield `${shorten(username, LIMITS.usernameLength - 1 - length)}-${suffix.slice(0, length)}`;
  }
}

function wishedUsername(sub: string, all: Claims['all']): string {
  for (const claim of [all['preferred_username'], all['nickname'], all['name'], sub]) {
    const fitting = Username.safeParse(typeof claim === 'string' ? fit(claim) : undefined);
    if (fitting.success) return fitting.data;
  }
  return 'user';
}

/** Made of what the username rule allows. An address is nobody else's business: what is before its `@` is enough. */
function fit(claim: string): string {
  const [local = ''] = claim.split('@');
  const allowed = local
    .normalize('NFC')
    .trim()
    .replaceAll(/\s+/gu, '.')
    .replaceAll(/[^\p{L}\p{N}._-]/gu, '')
    .replace(/^[^\p{L}\p{N}]+/u, '');
  return shorten(allowed, LIMITS.usernameLength);
}

function displayName(claim: unknown): string | null {
  if (typeof claim !== 'string') return null;
  const fitting = shorten(claim.replaceAll(/\p{C}/gu, '').trim(), LIMITS.displayNameLength);
  return fitting === '' ? null : fitting;
}

function avatar(claim: unknown): string | null {
  if (typeof claim !== 'string' || claim.length > AVATAR_LENGTH || !URL.canParse(claim)) return null;
  const { protocol, href } = new URL(claim);
  return (protocol === 'http:' || protocol === 'https:') && href.length <= AVATAR_LENGTH ? href : null;
}

/** At most `length` UTF-16 code units, without cutting a character in two. */
function shorten(text: string, length: number): string {
  const cut = text.slice(0, length);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
