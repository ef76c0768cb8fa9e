// A PostgreSQL server for one run of tests, from the machine's own binaries, gone afterwards.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { Client } from 'pg';

import { freePort } from './free-port.ts';
import { searchPath } from './search-path.ts';

export interface Postgres extends AsyncDisposable {
  /** Of the database `postgres`, as its superuser. */
  readonly url: string;
  /** @returns the URL of a new database, empty unless it copies `template`; without a name it gets a random one. */
  createDatabase(options?: { name?: string; template?: string }): Promise<string>;
  /** Ends it in good order: connections are closed, and what it holds is kept for {@link start}. */
  halt(): Promise<void>;
  /** Ends it with SIGKILL; what it had acknowledged is recovered at {@link start}, when it is durable. */
  kill(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /**
   * Starts it as a standby without a primary: it only reads, until it is promoted (`pg_promote()`) or started again.
   * One that is not readable says to everyone that it is starting up.
   */
  startStandby(options: { readable: boolean }): Promise<void>;
  /** Ends it without good order, as an immediate shutdown does: clients are told, and it recovers at its start. */
  abort(): Promise<void>;
  /** Ends it and removes what it holds. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
/** What it says when it is started while a process of the one that was killed is still about to end. */
const TOO_SOON = /pre-existing shared memory block/;
const STOP_TIMEOUT_MS = 5000;
/** Faster, and gone with the server. */
const FLEETING = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * Starts a server on a free port of 127.0.0.1. Unless it is to be durable, a commit need not reach the disk, and is lost
 * with the server.
 *
 * @returns undefined on a machine without PostgreSQL (looked for on PATH and in `/usr/lib/postgresql`).
 */
export async function startPostgres({ durable = false } = {}): Promise<Postgres | undefined> {
  const binaries = findBinaries();
  if (binaries === undefined) return undefined;
  const owner = unprivileged();
  const directory = await mkdtemp(join(tmpdir(), 'parley-pg-'));
  if (owner !== undefined) await chown(directory, owner.uid, owner.gid);

  let server: ChildProcess | undefined;
  // Also when the tests are interrupted: nobody else knows of this process.
  const abandon = () => {
    server?.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', abandon);
  const stop = async () => {
    process.off('exit', abandon);
    if (server !== undefined) await end(server);
    await rm(directory, { recursive: true, force: true });
  };

  try {
    const data = join(directory, 'data');
    await run(
      join(binaries, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      owner,
    );
    const port = await freePort();
    const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
    const settings = ['max_connections=200', ...(durable ? [] : FLEETING)];
    const standby = join(data, 'standby.signal');
    const launch = (more: string[] = []) => {
      server = spawn(
        join(binaries, 'postgres'),
        [
          ...['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', directory],
          ...[...settings, ...more].flatMap((setting) => ['-c', setting]),
        ],
        { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], ...owner },
      );
      return server;
    };
    const start = async () => {
      await rm(standby, { force: true });
      await ready(launch, { url });
    };
    const startStandby = async ({ readable }: { readable: boolean }) => {
      await writeFile(standby, '');
      // Whoever promotes it takes the file away.
      if (owner !== undefined) await chown(standby, owner.uid, owner.gid);
      await ready(() => launch([`hot_standby=${readable ? 'on' : 'off'}`]), {
        url,
        ...(!readable && { refusal: '57P03' }),
      });
    };
    const halt = async () => {
      if (server !== undefined) await end(server);
    };
    const signal = async (name: NodeJS.Signals) => {
      if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
      const exited = once(server, 'exit');
      server.kill(name);
      await exited;
    };
    await start();
    return {
      url,
      createDatabase: (options) => createDatabase(url, options),
      halt,
      kill: () => signal('SIGKILL'),
      abort: () => signal('SIGQUIT'),
      start,
      startStandby,
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createDatabase(
  url: string,
  options: { name?: string; template?: string } = {},
): Promise<string> {
  const name = options.name ?? `test_${randomBytes(8).toString('hex')}`;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const from = options.template === undefined ? '' : ` TEMPLATE "${options.template}"`;
    await client.query(`CREATE DATABASE "${name}"${from}`);
  } finally {
    await client.end();
  }
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

function findBinaries(): string | undefined {
  const installed = '/usr/lib/postgresql';
  const versions = existsSync(installed) ? readdirSync(installed) : [];
  const directories = [
    ...searchPath(),
    ...versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(installed, version, 'bin')),
  ];
  return directories.find((path) => ['postgres', 'initdb'].every((name) => existsSync(join(path, name))));
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = ['postgres', 'nobody'].map((name) => users.find(([found]) => found === name)).find(Boolean);
  if (user === undefined)
    throw new Error('PostgreSQL cannot run as root, and there is no user postgres or nobody');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

async function run(
  file: string,
  args: string[],
  owner: { uid: number; gid: number } | undefined,
): Promise<void> {
  const child = spawn(file, args, { cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'], ...owner });
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${file} failed: ${Buffer.concat(errors).toString()}`);
}

/** Launches it, and waits until it takes connections, or refuses them with this code. */
async function ready(
  launch: () => ChildProcess,
  { url, refusal }: { url: string; refusal?: string },
): Promise<void> {
  let output = '';
  let hasEnded = false;
  const begin = () => {
    hasEnded = false;
    const server = launch();
    server.stderr?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
    // Only now all that it said has come.
    server.once('close', () => (hasEnded = true));
  };
  begin();
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (hasEnded) {
      if (!TOO_SOON.test(output)) break;
      output = '';
      begin();
    }
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 1000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (refusal !== undefined && (error as { code?: unknown }).code === refusal) return;
      await delay(20);
    }
  }
  throw new Error(`PostgreSQL did not start:\n${output}`);
}

/** SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one. */
async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGINT');
  const timer = setTimeout(() => server.kill('SIGQUIT'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
