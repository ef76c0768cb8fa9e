import { z } from 'zod';

import { LIMITS } from './limits.ts';
import { named, text } from './schema.ts';
import { User } from './users.ts';

/** What signing in gives. The refresh token is spent by its first use. */
export interface Session {
  user: User;
  accessToken: string;
  accessTokenExpiresAt: Date;
  refreshToken: string;
}

/** Until when a renewed connection lives. */
export interface Renewal {
  expiresAt: Date;
}

export interface Done {
  success: true;
}

export const Session = named<Session>()(
  z.object({
    user: User,
    accessToken: z.string(),
    accessTokenExpiresAt: z.date(),
    refreshToken: z.string(),
  }),
);
export const Renewal = named<Renewal>()(z.object({ expiresAt: z.date() }));
export const Done = named<Done>()(z.object({ success: z.literal(true) }));

const email = z
  .email()
  .max(LIMITS.emailLength)
  .transform((value) => value.toLowerCase());
const token = text(1, LIMITS.tokenLength);

export const Register = z.object({
  email,
  username: z
    .string()
    .min(2)
    .max(LIMITS.usernameLength)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, 'Letters, digits, dot, dash and underscore'),
  password: text(LIMITS.passwordMinLength, LIMITS.passwordMaxLength),
  displayName: text(1, LIMITS.displayNameLength).optional(),
});
export const Login = z.object({ email, password: text(1, LIMITS.passwordMaxLength) });
export const Refresh = z.object({ refreshToken: token });
export const Logout = z.object({ refreshToken: token });
export const Renew = z.object({ accessToken: token });
