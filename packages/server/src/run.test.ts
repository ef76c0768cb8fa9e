// The stand-alone server as a process: how it starts, what stops it from starting, and how it ends.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { until } from './http/testing/edge.ts';
import { Peer } from './http/testing/peer.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-run-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

// A first start makes the database: seconds, on a busy machine.
describe('the process', { timeout: 120_000 }, () => {
  it('serves, and on SIGTERM sends clients elsewhere and ends with 0', async () => {
    await using server = start({ PORT: '0', PARLEY_DATA_DIR: dataDir });
    const url = await server.url();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await using peer = await Peer.open(url);
    server.process.kill('SIGTERM');
    await peer.find(({ method }) => method === 'reconnect');
    expect((await peer.closed).code).toBe(1012);
    expect(await server.status).toBe(0);
    expect(server.err()).toBe('');
  });

  it('ends at once on a second signal', async () => {
    await using server = start({ PORT: '0', PARLEY_DATA_DIR: dataDir });
    await using call = await openCall(await server.url());
    server.process.kill('SIGINT');
    await until(() => server.out().includes('stopping'));
    server.process.kill('SIGINT');
    expect(await server.status).toBe(1);
    expect(call.isAnswered).toBe(false);
  });

  it('says in one line that its port is taken, and ends with 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await using server = start({ PORT: String(port), PARLEY_DATA_DIR: dataDir });
    expect(await server.status).toBe(1);
    expect(server.err()).toBe(`parley: cannot listen on 127.0.0.1:${port}: the port is in use (see PORT)\n`);
    taken.close();
  });

  it.each([
    [{ PORT: 'x' }, /^parley: PORT must be .*\n$/],
    [{ REDIS_URL: 'redis://127.0.0.1' }, /^parley: REDIS_URL needs DATABASE_URL beside it.*\n$/],
    [{ NODE_ENV: 'production' }, /^parley: JWT_SECRET is required .*\n$/],
  ])('says in one line what is wrong with %o, and ends with 1', async (env, line) => {
    await using server = start({ PARLEY_DATA_DIR: dataDir, ...env });
    expect(await server.status).toBe(1);
    expect(server.err()).toMatch(line);
  });
});

/** A call that the server has begun and waits for, as long as it waits for any when it stops. */
async function openCall(url: string) {
  const { hostname, port } = new URL(url);
  const wire = connect(Number(port), hostname).on('error', () => undefined);
  let answer = '';
  wire.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  const head = ['POST /trpc/auth.login HTTP/1.1', 'Host: x', 'Content-Type: application/json'];
  wire.write([...head, 'Content-Length: 2', 'Expect: 100-continue', '', ''].join('\r\n'));
  await until(() => answer.includes('100 Continue'));
  return {
    get isAnswered() {
      return answer.includes('HTTP/1.1 4') || answer.includes('HTTP/1.1 2');
    },
    [Symbol.asyncDispose]: () => Promise.resolve(void wire.destroy()),
  };
}

function start(env: Record<string, string>) {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (texts.err += chunk.toString()));
  const status = once(child, 'close').then(([code]) => code as number | null);
  return {
    process: child,
    status,
    out: () => texts.out,
    err: () => texts.err,
    async url(): Promise<string> {
      const found = () => /"url":"([^"]+)"/.exec(texts.out)?.[1];
      for (let tries = 0; tries < 10 && found() === undefined && child.exitCode === null; tries += 1) {
        await until(() => found() !== undefined || child.exitCode !== null).catch(() => undefined);
      }
      const url = found();
      if (url === undefined) throw new Error(`it does not listen: ${texts.out}${texts.err}`);
      return url;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await status;
    },
  };
}
