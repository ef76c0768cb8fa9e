/**
 * How values are read that PostgreSQL is asked for past Prisma: as Prisma reads them, and whatever the program that
 * holds this server has set for all of `pg`. A type that is not here (text, the enums) is text.
 */
import { types, type CustomTypesConfig } from 'pg';

const { BOOL, INT2, INT4, INT8, FLOAT4, FLOAT8, TIMESTAMPTZ, JSON: JSON_TEXT, JSONB } = types.builtins;
const TEXT_ARRAY = 1009;

type Parse = (text: string) => unknown;
/** The types of `pg` have no name for a list. */
const parserOf = types.getTypeParser as (oid: number) => Parse;

const PARSERS: Readonly<Record<number, Parse>> = {
  [BOOL]: (text) => text === 't',
  [INT2]: Number,
  [INT4]: Number,
  [INT8]: BigInt,
  [FLOAT4]: Number,
  [FLOAT8]: Number,
  [TIMESTAMPTZ]: (text) => new Date(text.replace(' ', 'T').replace(/[+-]\d\d$/, '$&:00')),
  [JSON_TEXT]: JSON.parse as Parse,
  [JSONB]: JSON.parse as Parse,
  [TEXT_ARRAY]: parserOf(TEXT_ARRAY),
};

export const AS_PRISMA_READS: CustomTypesConfig = {
  getTypeParser: (oid: number) => PARSERS[oid] ?? String,
};
