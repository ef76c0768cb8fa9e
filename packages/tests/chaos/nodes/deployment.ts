/**
 * What is under test: nodes behind a balancer, each with its own lines to one PostgreSQL and one Redis, or one node with
 * the embedded database.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';

import { openBalancer } from '../../harness/balancer.ts';
import { freePort } from '../../harness/free-port.ts';
import { ServerNode } from '../../harness/node.ts';
import { startPostgres, type Postgres } from '../../harness/postgres.ts';
import { Proxy } from '../../harness/proxy.ts';
import { startRedis, type RedisServer } from '../../harness/redis.ts';
import { JWT_SECRET } from '../../harness/server.ts';
import { bundleNode } from './bundle.ts';

export interface Place {
  node: ServerNode;
  /** Undefined with the embedded database. */
  toPostgres: Proxy | undefined;
  /** Undefined for a lone node, which has no Redis. */
  toRedis: Proxy | undefined;
}

export interface DeploymentOptions {
  /** With `embedded` there is one. */
  nodes: number;
  database: 'postgres' | 'embedded';
  seed: number;
  accessTokenSeconds: number;
}

export class Deployment implements AsyncDisposable {
  readonly postgres: Postgres | undefined;
  readonly redis: RedisServer | undefined;
  readonly places: readonly Place[];
  /** What clients connect to. */
  readonly balancer: Proxy;
  readonly #parts: readonly AsyncDisposable[];

  private constructor({
    parts,
    ...made
  }: Pick<Deployment, 'postgres' | 'redis' | 'places' | 'balancer'> & { parts: readonly AsyncDisposable[] }) {
    this.postgres = made.postgres;
    this.redis = made.redis;
    this.places = made.places;
    this.balancer = made.balancer;
    this.#parts = parts;
  }

  /** @returns undefined where the machine lacks PostgreSQL, or Redis for more than one node. */
  static async start(options: DeploymentOptions): Promise<Deployment | undefined> {
    const parts: AsyncDisposable[] = [];
    const keep = <Part extends AsyncDisposable>(part: Part): Part => {
      parts.push(part);
      return part;
    };
    try {
      const made = await make(options, keep);
      if (made !== undefined) return new Deployment({ ...made, parts });
    } catch (error) {
      await disposeAll(parts);
      throw error;
    }
    await disposeAll(parts);
    return undefined;
  }

  get url(): string {
    return `http://127.0.0.1:${this.balancer.port}`;
  }

  /** Ends every connection to PostgreSQL, as an administrator would. */
  async killConnections(): Promise<void> {
    if (this.postgres === undefined) return;
    const client = new Client({ connectionString: this.postgres.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
      );
    } finally {
      await client.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await disposeAll(this.#parts);
  }
}

type Keep = <Part extends AsyncDisposable>(part: Part) => Part;

async function make({ nodes, database, seed, accessTokenSeconds }: DeploymentOptions, keep: Keep) {
  const postgres = database === 'postgres' ? await startPostgres({ durable: true }) : undefined;
  if (postgres !== undefined) keep(postgres);
  else if (database === 'postgres') return undefined;
  const redis = nodes > 1 ? await startRedis() : undefined;
  if (redis !== undefined) keep(redis);
  else if (nodes > 1) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'parley-chaos-'));
  keep({ [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) });
  const url = postgres && new URL(await postgres.createDatabase());
  const { url: entry } = keep(await bundleNode());
  const places: Place[] = [];
  for (let index = 0; index < nodes; index += 1) {
    const toPostgres = url && keep(await Proxy.open(() => [Number(url.port)]));
    const toRedis = redis && keep(await Proxy.open(() => [redis.port]));
    const node = new ServerNode({
      name: `node ${index + 1}`,
      entry,
      port: await freePort(),
      env: {
        PARLEY_DATA_DIR: directory,
        ...(toPostgres && {
          DATABASE_URL: Object.assign(new URL(url), { port: String(toPostgres.port) }).href,
        }),
        ...(toRedis && { REDIS_URL: `redis://127.0.0.1:${toRedis.port}` }),
        JWT_SECRET,
        LOG_LEVEL: 'warn',
        CHAOS_SEED: String(seed * 100 + index),
        CHAOS_TOKEN_SECONDS: String(accessTokenSeconds),
      },
    });
    places.push({ node: keep(node), toPostgres, toRedis });
  }
  await Promise.all(places.map(({ node }) => node.start()));
  const balancer = keep(await openBalancer(places.map(({ node }) => node.port)));
  return { postgres, redis, places, balancer };
}

async function disposeAll(parts: readonly AsyncDisposable[]): Promise<void> {
  for (const part of parts.toReversed()) await part[Symbol.asyncDispose]();
}
