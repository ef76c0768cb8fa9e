import { z } from 'zod';

import { LIMITS } from './limits.ts';

/** An opaque identifier. Today a UUIDv7; a person's may be the `sub` of a token issued elsewhere. */
export type Id = string;

/** A conversation's or an inbox's counter: every durable event has exactly one, with no holes. */
export type Seq = number;

/** Chosen by the caller: the same caller with the same one gets the first result again. */
export type ClientId = string;

export const Id: z.ZodType<Id, string> = z
  .string()
  .min(1)
  .max(LIMITS.idLength)
  .regex(/^[^\p{C}\p{Z}]+$/u, 'No spaces or control characters');

export const Seq: z.ZodType<Seq, number> = z.int().min(0);

export const ClientId: z.ZodType<ClientId, string> = z
  .string()
  .min(1)
  .max(LIMITS.clientIdLength)
  .regex(/^[^\p{C}]+$/u, 'No control characters');

/** Where a subscription goes on: the `id` of the last value it saw. */
export const LastEventId: z.ZodType<string, string> = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/, 'Not an id of this subscription')
  .refine((value) => Number.isSafeInteger(Number(value)), 'Not an id of this subscription');
