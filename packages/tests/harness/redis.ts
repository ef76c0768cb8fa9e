// A Redis server for one run of tests, from the machine's own binary, that keeps nothing and can be made to fail.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { freePort } from './free-port.ts';
import { searchPath } from './search-path.ts';

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  /** Ends it in good order: its clients see their connections closed. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  /** Stops it in its tracks: connections stay open, and nothing is answered. */
  freeze(): void;
  /** Lets a frozen one go on. */
  thaw(): void;
  /** Runs one command, such as `FLUSHALL` or `CLIENT KILL TYPE normal`; the first line of its answer. */
  command(line: string): Promise<string>;
}

const START_TIMEOUT_MS = 30_000;
/** Until a server that says nothing is taken to be frozen. */
const ANSWER_TIMEOUT_MS = 5_000;
/** Asks a server for the id of its process. */
const WHO = `EVAL "return { ok = string.match(redis.call('INFO', 'server'), 'process_id:(%d+)') }" 0`;
const NAMES = ['redis-server', 'valkey-server'];
const USUAL_PLACES = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * Starts a server on a free port of 127.0.0.1, without persistence.
 *
 * @param options.settings further arguments, such as `--maxclients` and its number
 * @returns undefined on a machine without Redis or Valkey (looked for on PATH and in the usual places).
 */
export async function startRedis({
  port: given,
  settings = [],
}: { port?: number; settings?: readonly string[] } = {}): Promise<RedisServer | undefined> {
  const binary = findBinary();
  if (binary === undefined) return undefined;
  const port = given ?? (await freePort());
  // Of its own: a server begins with whatever dump it finds.
  const directory = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  let server: ChildProcess | undefined;
  // Also when the tests are interrupted: nobody else knows of this process.
  const abandon = () => {
    server?.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', abandon);

  const end = async (signal: NodeJS.Signals) => {
    const ending = server;
    server = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, 'exit');
    // A frozen one hears nothing but this.
    ending.kill('SIGCONT');
    ending.kill(signal);
    await exited;
  };
  const start = async () => {
    if (server !== undefined) throw new Error('Redis runs already');
    server = spawn(
      binary,
      [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        '--dir',
        directory,
        ...settings,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    await ready(server, port);
  };
  const dispose = async () => {
    process.off('exit', abandon);
    await end('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    command: (line) => command(port, line),
    [Symbol.asyncDispose]: dispose,
  };
}

function findBinary(): string | undefined {
  const directories = [...searchPath(), ...USUAL_PLACES];
  return directories
    .flatMap((directory) => NAMES.map((name) => join(directory, name)))
    .find((path) => existsSync(path));
}

async function ready(server: ChildProcess, port: number): Promise<void> {
  let output = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
  }
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && server.exitCode === null && server.signalCode === null) {
    try {
      // Another may have taken the port meanwhile.
      if ((await command(port, WHO)) === `+${server.pid}`) return;
    } catch {
      // Not yet.
    }
    await delay(20);
  }
  throw new Error(`Redis did not start:\n${output}`);
}

async function command(port: number, line: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8').setTimeout(ANSWER_TIMEOUT_MS);
  socket.on('timeout', () => socket.destroy(new Error('Redis does not answer')));
  try {
    socket.write(`${line}\r\n`);
    let answer = '';
    for await (const chunk of socket as AsyncIterable<string>) {
      answer += chunk;
      if (answer.includes('\r\n')) break;
    }
    return answer.split('\r\n', 1)[0] ?? '';
  } finally {
    socket.destroy();
  }
}
