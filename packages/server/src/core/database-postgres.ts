import { PrismaPg } from '@prisma/adapter-pg';
import { Client, DatabaseError } from 'pg';

import { PrismaClient } from '../generated/prisma/client.ts';
import { createPool } from './database-pool.ts';
import { CONNECT_MS, KEEP_ALIVE_MS, TRANSACTION_OPTIONS } from './database-timeouts.ts';
import { AS_PRISMA_READS } from './database-types.ts';
import type { Database, DatabaseOptions, Session } from './database.ts';
import { askDirectly } from './rows.ts';
import { StartupError } from './startup-error.ts';
import { createStatementNames } from './statement-names.ts';

const OLDEST_VERSION = 140_000;
const POOL_SIZE = 10;

export async function openPostgres(options: DatabaseOptions & { url: string }): Promise<Database> {
  const { url, schema, place } = readUrl(options.url);
  const connection = {
    connectionString: url,
    application_name: 'parley',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  };
  const poolSize = options.poolSize ?? POOL_SIZE;
  const pool = createPool(connection, poolSize);
  // The error itself has the whole client in it.
  pool.on('error', ({ message }) =>
    options.log.warn({ cause: message }, 'an idle database connection was lost'),
  );

  try {
    const { rows } = await pool.query<{ version: number; name: string }>(
      `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name`,
    );
    const [server] = rows;
    if (server === undefined || server.version < OLDEST_VERSION) {
      throw new StartupError(
        `PostgreSQL 14 or later is needed; ${place} runs ${server?.name ?? 'an unknown version'} (see DATABASE_URL)`,
      );
    }
  } catch (error) {
    await pool.end();
    throw error instanceof StartupError ? error : unreachable(place, error);
  }

  const nameOf = createStatementNames();
  const adapter = new PrismaPg(pool, {
    ...(schema === undefined ? {} : { schema }),
    statementNameGenerator: nameOf,
  });
  const prisma = new PrismaClient({
    adapter,
    errorFormat: 'minimal',
    transactionOptions: TRANSACTION_OPTIONS,
  });
  askDirectly(prisma, async (text, values) => {
    const name = nameOf({ sql: text, args: values });
    const { rows } = await pool.query<object>({ name, text, values: [...values], types: AS_PRISMA_READS });
    return rows;
  });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= prisma.$disconnect().then(() => pool.end()));
  return {
    kind: 'postgres',
    writers: Math.max(1, poolSize - 2),
    prisma,
    session: () => openSession(new Client(connection), place),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function openSession(client: Client, place: string): Promise<Session> {
  // Without a listener the loss of an idle connection would end the process; the next query reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw unreachable(place, error);
  }
  const query = async <Row extends object>(sql: string, values: unknown[] = []) =>
    (await client.query<Row>(sql, values)).rows;
  return {
    query,
    async transaction(work) {
      await client.query('BEGIN');
      try {
        const result = await work({ query, script: async (sql) => void (await client.query(sql)) });
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      // A server that says nothing does not say goodbye either.
      const timer = setTimeout(() => client.connection.stream.destroy(), CONNECT_MS);
      await client.end();
      clearTimeout(timer);
    },
  };
}

/** Adds what every session needs to the URL's own `options`, and takes Prisma's `schema` out of it. */
function readUrl(text: string): { url: string; schema: string | undefined; place: string } {
  if (!URL.canParse(text)) throw new StartupError('DATABASE_URL is not a URL');
  const url = new URL(text);
  const schema = url.searchParams.get('schema') ?? undefined;
  if (schema !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(schema)) {
    throw new StartupError('DATABASE_URL names a schema that is not a plain identifier');
  }
  url.searchParams.delete('schema');
  const settings = [url.searchParams.get('options'), '-c TimeZone=UTC'];
  if (schema !== undefined) settings.push(`-c search_path="${schema}"`);
  url.searchParams.set('options', settings.filter(Boolean).join(' '));
  const host = url.hostname === '' ? (url.searchParams.get('host') ?? 'localhost') : url.hostname;
  const place = `PostgreSQL at ${host}:${url.port === '' ? '5432' : url.port}${url.pathname}`;
  return { url: url.href, schema, place };
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host is unknown',
  EAI_AGAIN: 'the host cannot be looked up',
  ENOENT: 'its socket does not exist',
  ECONNRESET: 'it closed the connection',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no route to it',
  '28P01': 'it refused the user or the password',
  '28000': 'it refused the user',
  '3D000': 'the database does not exist',
  '53300': 'it has no connection left',
  '25006': 'it only reads; is it a standby?',
  '57P03': 'it is starting or stopping',
};

/** Only known reasons and the server's own words: a driver's message could repeat the URL. */
function unreachable(place: string, error: unknown): StartupError {
  const code = (error as { code?: unknown }).code;
  const known = typeof code === 'string' ? REASONS[code] : undefined;
  const fallback =
    error instanceof DatabaseError
      ? error.message
      : error instanceof Error && /timeout/i.test(error.message)
        ? `no answer within ${CONNECT_MS / 1000} s`
        : typeof code === 'string'
          ? code
          : 'the connection failed';
  return new StartupError(`${place} cannot be used: ${known ?? fallback} (see DATABASE_URL)`, {
    cause: error,
  });
}
