import { z } from 'zod';

import type { ErrorReason } from './reasons.ts';

/**
 * Gives a schema its declared type by name: a compile error if the two differ in either direction.
 * Declarations then say `Message`, never the schema's structure, and zod stays out of the published types.
 */
export const named =
  <Out>() =>
  <S extends z.ZodType<Out>>(
    schema: S & ([Out] extends [z.output<S>] ? unknown : 'the declared type is wider than the schema'),
  ): z.ZodType<Out, z.input<S>> =>
    schema as unknown as z.ZodType<Out, z.input<S>>;

/** PostgreSQL stores no NUL, and a lone surrogate would come back as another character. */
function isStorable(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

/** Counts only where the number of UTF-16 code units does not tell. */
function isWithin(value: string, max: number): boolean {
  return value.length <= max || (value.length <= 2 * max && Array.from(value).length <= max);
}

const NOT_STORABLE = 'Contains a character that cannot be stored (NUL or half of a surrogate pair)';

/** Text of `min` to `max` characters (Unicode code points, as zod, JSON Schema and PostgreSQL count) that can be stored as it is. */
export function text(min: number, max: number): z.ZodString {
  return z.string().min(min).max(max).refine(isStorable, NOT_STORABLE);
}

/** Like {@link text}, with a reason of its own when it is too long. */
export function textWithReason(min: number, max: number, reason: ErrorReason): z.ZodString {
  return z
    .string()
    .min(min)
    .refine((value) => isWithin(value, max), { error: `At most ${max} characters`, params: { reason } })
    .refine(isStorable, NOT_STORABLE)
    .meta({ maxLength: max });
}

/** A point in time: a `Date` over tRPC, ISO 8601 with an offset over REST. */
export const instant: z.ZodType<Date, Date | string> = z
  .union([z.date(), z.iso.datetime({ offset: true })])
  .transform((value) => new Date(value))
  .meta({ type: 'string', format: 'date-time' });
