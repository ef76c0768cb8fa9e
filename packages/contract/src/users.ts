import { z } from 'zod';

import { Id } from './ids.ts';
import { LIMITS } from './limits.ts';
import { page, pageInput, type Page } from './page.ts';
import { named, text } from './schema.ts';

/** What is drawn beside a message. */
export interface Author {
  id: Id;
  username: string;
  /** Address of a picture. */
  avatar: string | null;
}

/** A person as others see them. */
export interface UserSummary extends Author {
  displayName: string | null;
}

/** A person as they see themselves. */
export interface User extends UserSummary {
  /** Null for people whose tokens are issued elsewhere without one. */
  email: string | null;
  createdAt: Date;
}

export type UserPage = Page<UserSummary>;

const author = { id: Id, username: z.string(), avatar: z.string().nullable() };
const summary = { ...author, displayName: z.string().nullable() };

export const Author = named<Author>()(z.object(author));
export const UserSummary = named<UserSummary>()(z.object(summary));
export const User = named<User>()(
  z.object({ ...summary, email: z.string().nullable(), createdAt: z.date() }),
);
export const UserPage = named<UserPage>()(page(UserSummary));

export const SearchUsers = z.object({ query: text(1, LIMITS.searchLength), ...pageInput });
