import type { UserSummary } from '@parley/contract';

import type { Transaction } from '../../core/commit.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { usernameKey } from '../auth/usernames.ts';

interface Search {
  query: string;
  /** A person who is left out. */
  exceptId: string;
  /** The `usernameKey` after which to go on. */
  after: string | undefined;
  limit: number;
}

interface Found extends UserSummary {
  usernameKey: string;
}

/** People whose username or display name contains the query, by username. */
export async function searchUsers(db: PrismaClient, search: Search): Promise<Found[]> {
  const { query, exceptId, after = '', limit } = search;
  return await db.$queryRaw<Found[]>`
    SELECT id, username, "displayName", avatar, "usernameKey" FROM "User"
    WHERE "disabledAt" IS NULL AND id <> ${exceptId} AND "usernameKey" > ${after}
      AND ("usernameKey" LIKE ${`%${literally(usernameKey(query))}%`} OR "displayName" ~ ${inAnyForm(query)})
    ORDER BY "usernameKey" LIMIT ${limit}`;
}

/** For LIKE, with what it would take for a wildcard escaped. */
const literally = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** A regular expression for names as they were given: an accent may be a character of its own, or part of its letter. */
const inAnyForm = (text: string): string =>
  [...new Set([text.normalize('NFC'), text.normalize('NFD')])].map(inAnyCase).join('|');

/**
 * A regular expression that matches the text in any case. `ILIKE` folds the letters of the database's locale only,
 * which may be those of ASCII. Every character is written by its number, so none of them is an operator.
 */
function inAnyCase(text: string): string {
  const number = (char: string) => String.raw`\U${char.codePointAt(0)?.toString(16).padStart(8, '0') ?? ''}`;
  const literal = (part: string) => Array.from(part, number).join('');
  return Array.from(text, (char) => {
    const forms = new Set([char, char.toLowerCase(), char.toUpperCase()]);
    return `(?:${Array.from(forms, literal).join('|')})`;
  }).join('');
}

/**
 * Sets `disabledAt`, where the first time stays, or clears it. Their row is held until the transaction ends.
 * @returns the database's time; undefined where there is no such person.
 */
export async function markDisabled(
  tx: Transaction,
  userId: string,
  disabled: boolean,
): Promise<Date | undefined> {
  const [row] = await tx.$queryRaw<[{ now: Date }] | []>`
    UPDATE "User" SET "disabledAt" = CASE WHEN ${disabled} THEN COALESCE("disabledAt", clock_timestamp()) END
    WHERE id = ${userId} RETURNING date_trunc('milliseconds', clock_timestamp()) AS now`;
  return row?.now;
}

/** Somebody who is connected, and the oldest generation of sessions that they came with. */
export interface Present {
  userId: string;
  generation: number;
}

/** Somebody whose connections are to end: all of them where they are disabled, else those of before a generation. */
export interface Ended extends Present {
  disabled: boolean;
}

/** Those of these people who are disabled, or whose sessions have ended since. */
export async function endedAmong(db: PrismaClient, people: readonly Present[]): Promise<Ended[]> {
  const [ids, generations] = [people.map((one) => one.userId), people.map((one) => BigInt(one.generation))];
  const rows = await db.$queryRaw<{ userId: string; disabled: boolean; endedAt: Date | null }[]>`
    SELECT u.id AS "userId", u."disabledAt" IS NOT NULL AS disabled, u."sessionsEndedAt" AS "endedAt"
    FROM unnest(${ids}::text[], ${generations}::bigint[]) AS present (id, generation)
    JOIN "User" u ON u.id = present.id
    WHERE u."disabledAt" IS NOT NULL OR u."sessionsEndedAt" > to_timestamp(present.generation / 1000.0)`;
  return rows.map(({ userId, disabled, endedAt }) => ({
    userId,
    disabled,
    generation: endedAt?.getTime() ?? 0,
  }));
}
