import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';

interface Queryable {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  exec(script: string): Promise<unknown>;
}

/** The part of PGlite that Parley uses. */
export class PGlite implements Queryable {
  static create(options: { dataDir?: string; loadDataDir?: Blob }): Promise<PGlite>;
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  exec(script: string): Promise<unknown>;
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  dumpDataDir(compression: 'none'): Promise<Blob>;
  close(): Promise<void>;
}

export const PrismaPGlite: new (pglite: PGlite) => SqlMigrationAwareDriverAdapterFactory;
