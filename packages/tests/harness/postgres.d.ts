export interface Postgres extends AsyncDisposable {
  /** Of the database `postgres`, as its superuser. */
  readonly url: string;
  /** @returns the URL of a new database, empty unless it copies `template`; without a name it gets a random one. */
  createDatabase(options?: { name?: string; template?: string }): Promise<string>;
  stop(): Promise<void>;
}
/**
 * Starts a server on a free port of 127.0.0.1, with durability off.
 *
 * @returns undefined on a machine without PostgreSQL (looked for on PATH and in `/usr/lib/postgresql`).
 */
export declare function startPostgres(): Promise<Postgres | undefined>;
//# sourceMappingURL=postgres.d.ts.map
