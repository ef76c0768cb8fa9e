/**
 * Who may use a database at the same time: one node alone, or any number with a bus between them. A server without
 * `REDIS_URL` holds the lock for itself, one with it shares the lock with others of its kind. Promises:
 * - a node that may not run beside one that does is refused at its start;
 * - the lock belongs to a connection and goes with it: however a process ends, its place is free at once. One that is
 *   frozen or cut off loses it after a while, because the server ends a connection that does not ask;
 * - one that is lost (the database was restarted, or has failed over) is taken again in the background.
 * A node that finds it taken by another meanwhile goes on serving those who are connected, and loses nothing durable:
 * the log is the truth, and the heads are checked. But whoever came after it was meant to, so it says that it is not
 * ready, and a balancer sends the next ones to the other.
 */
import type { Clock } from './clock.ts';
import { CONNECT_MS, NODE_CHECK_MS, NODE_SILENCE_MS, NODE_WAIT_MS } from './database-timeouts.ts';
import type { Database, Session } from './database.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { StartupError } from './startup-error.ts';

/** Ours among the locks of the database; the second half of the key is the schema. */
const KEY = 72_707_370;
const LOCK_NOT_AVAILABLE = '55P03';

export interface NodeLockOptions {
  database: Database;
  /** Whether nodes of this kind may run beside each other. */
  shared: boolean;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  /** After how long without a question the server frees it, in milliseconds. */
  silenceMs?: number;
}

export class NodeLock implements AsyncDisposable {
  readonly #options: NodeLockOptions;
  readonly #timer: Disposable;
  /** Holds the lock; undefined while it is lost. */
  #session: Session | undefined;
  #checking: Promise<void> | undefined;
  #isTaken = false;

  /** @throws StartupError when another node has it. */
  static async take(options: NodeLockOptions): Promise<NodeLock> {
    const session = await options.database.session();
    try {
      await prepare(session, options);
      const patience = NODE_WAIT_MS + CONNECT_MS;
      await ask(session, options.clock, { sql: lock('pg_advisory_lock', options), patience });
    } catch (error) {
      await session[Symbol.asyncDispose]();
      if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
      throw new StartupError(
        'another node uses this database: set REDIS_URL on every node to run more than one',
        { cause: error },
      );
    }
    return new NodeLock(options, session);
  }

  private constructor(options: NodeLockOptions, session: Session) {
    this.#options = options;
    this.#session = session;
    this.#timer = options.clock.every(NODE_CHECK_MS, () => void this.check());
  }

  /** Whether another node has it, that this one may not run beside. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** Asks whether it still holds, and takes it again where it does not. Joins the check that is under way. */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => (this.#checking = undefined));
    return this.#checking;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer[Symbol.dispose]();
    await this.#checking;
    await this.#session?.[Symbol.asyncDispose]();
  }

  async #check(): Promise<void> {
    const { clock, log, metrics } = this.#options;
    if (this.#session !== undefined) {
      try {
        await ask(this.#session, clock, { sql: 'SELECT 1' });
        return;
      } catch (error) {
        log.warn({ err: error }, 'the lock of this node was lost with its connection to the database');
        metrics.nodeLock.set(0);
        void this.#session[Symbol.asyncDispose]();
        this.#session = undefined;
      }
    }
    try {
      await this.#takeAgain(await this.#options.database.session());
    } catch (error) {
      log.debug({ err: error }, 'the lock of this node cannot be taken yet');
    }
  }

  async #takeAgain(session: Session): Promise<void> {
    const { clock, log, metrics } = this.#options;
    let taken = false;
    try {
      await prepare(session, this.#options);
      const [row] = await ask<{ taken: boolean }>(session, clock, {
        sql: lock('pg_try_advisory_lock', this.#options),
      });
      taken = row?.taken === true;
    } finally {
      if (!taken) void session[Symbol.asyncDispose]();
    }
    if (taken) {
      this.#session = session;
      this.#isTaken = false;
      metrics.nodeLock.set(1);
      log.info('the lock of this node was taken again');
    } else if (!this.#isTaken) {
      this.#isTaken = true;
      log.error('another node has taken the database: set REDIS_URL on every node, or stop this one');
    }
  }
}

async function prepare(
  session: Session,
  { clock, silenceMs = NODE_SILENCE_MS }: NodeLockOptions,
): Promise<void> {
  await ask(session, clock, {
    sql: `SELECT set_config('lock_timeout', '${NODE_WAIT_MS}', false),
            set_config('idle_session_timeout', '${silenceMs}', false)`,
  });
}

/** Of the schema: others in the same database are another server's. */
function lock(call: 'pg_advisory_lock' | 'pg_try_advisory_lock', { shared }: { shared: boolean }): string {
  const name = shared ? `${call}_shared` : call;
  return `SELECT ${name}(${KEY}, hashtext(coalesce(current_schema(), ''))) AS taken`;
}

/** Asks a session; one that says nothing has failed. */
function ask<Row extends object>(
  session: Session,
  clock: Clock,
  { sql, patience = CONNECT_MS }: { sql: string; patience?: number },
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(patience, () => reject(new Error('the database has not answered')));
    session
      .query<Row>(sql)
      .then(resolve, reject)
      .finally(() => timer[Symbol.dispose]());
  });
}
