import type { Author, UserSummary } from '@parley/contract';

/** Columns of a person that others may see. */
export const SUMMARY_COLUMNS = { id: true, username: true, displayName: true, avatar: true } as const;
/** Columns drawn beside a message. */
export const AUTHOR_COLUMNS = { id: true, username: true, avatar: true } as const;

export const toAuthor = ({ id, username, avatar }: Author): Author => ({ id, username, avatar });

export const toSummary = ({ id, username, displayName, avatar }: UserSummary): UserSummary => ({
  id,
  username,
  displayName,
  avatar,
});
