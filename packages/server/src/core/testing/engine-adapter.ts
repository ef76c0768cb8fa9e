import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { Client, types } from 'pg';

import { PrismaPGlite } from '../pglite.mjs';

type Oid = Parameters<typeof types.getTypeParser>[0];
type Parser = (text: string) => unknown;
type Parsers = Readonly<Record<number, Parser>>;

/**
 * One connection to PostgreSQL for Prisma's schema engine, through the adapter for PGlite: with `@prisma/adapter-pg`
 * 7.10 the engine cannot read the catalogue's `"char"` columns, and its lock stays behind in the pool.
 */
export async function engineAdapter(
  url: string,
): Promise<{ adapter: SqlMigrationAwareDriverAdapterFactory } & AsyncDisposable> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const standIn = {
    async query(sql: string, values: unknown[], { parsers }: { parsers: Parsers }) {
      const getTypeParser = (oid: Oid): Parser => parsers[oid] ?? (types.getTypeParser(oid) as Parser);
      const result = await client.query({ text: sql, values, rowMode: 'array', types: { getTypeParser } });
      return { fields: result.fields, rows: result.rows, affectedRows: result.rowCount };
    },
    exec: (script: string) => client.query(script),
  };
  return {
    adapter: new PrismaPGlite(standIn as unknown as ConstructorParameters<typeof PrismaPGlite>[0]),
    [Symbol.asyncDispose]: () => client.end(),
  };
}
