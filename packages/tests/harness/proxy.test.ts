// What is done to connections is seen at both ends; otherwise a proxy is not there.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { openBalancer } from './balancer.ts';
import { freePort } from './free-port.ts';
import { Proxy } from './proxy.ts';

/** Says its name, and then whatever it hears. */
async function echo(name: string): Promise<{ server: Server; port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write(name);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, sockets };
}

class Caller {
  heard = '';
  error: string | undefined;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setEncoding('utf8').on('data', (text: string) => (this.heard += text));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code));
  }

  async hears(text: string): Promise<void> {
    await vi.waitUntil(() => this.heard === text, { timeout: 5000 });
  }
}

describe('a proxy', () => {
  let one: Awaited<ReturnType<typeof echo>>;
  let two: Awaited<ReturnType<typeof echo>>;
  beforeAll(async () => {
    one = await echo('one');
    two = await echo('two');
  });
  afterAll(() => {
    for (const { server, sockets } of [one, two]) {
      server.close();
      for (const socket of sockets) socket.destroy();
    }
  });

  it('carries both ways, and ends with either side', async () => {
    await using proxy = await Proxy.open(() => [one.port]);
    const caller = new Caller(proxy.port);
    caller.socket.write('-more');
    await caller.hears('one-more');
    caller.socket.end();
    await once(caller.socket, 'close');
    await expect.poll(() => proxy.links.length).toBe(0);
    expect(caller.error).toBeUndefined();
  });

  it('cuts so that both sides are reset', async () => {
    await using proxy = await Proxy.open(() => [one.port]);
    const caller = new Caller(proxy.port);
    await caller.hears('one');
    const target = one.sockets.at(-1);
    proxy.cut();
    await expect.poll(() => caller.error).toBe('ECONNRESET');
    await expect.poll(() => target?.destroyed).toBe(true);
  });

  it('goes silent so that neither side hears of it', async () => {
    await using proxy = await Proxy.open(() => [one.port]);
    const caller = new Caller(proxy.port);
    await caller.hears('one');
    const target = one.sockets.at(-1);
    proxy.weather = { silent: true };
    const other = new Caller(proxy.port);
    caller.socket.end('-lost');
    await expect.poll(() => proxy.links.length).toBe(2);
    expect([caller.heard, other.heard, target?.destroyed, caller.error]).toEqual([
      'one',
      '',
      false,
      undefined,
    ]);
    proxy.cut();
    await expect.poll(() => target?.destroyed).toBe(true);
  });

  it('delays, keeps the order, and holds back until it may go on', async () => {
    await using proxy = await Proxy.open(() => [one.port]);
    proxy.weather = { delayMs: 100 };
    const began = performance.now();
    const caller = new Caller(proxy.port);
    caller.socket.write('-a');
    await caller.hears('one-a');
    expect(performance.now() - began).toBeGreaterThan(150);
    proxy.weather = { paused: true };
    caller.socket.write('-b');
    await expect.poll(() => proxy.links.length).toBe(1);
    expect(caller.heard).toBe('one-a');
    proxy.weather = {};
    await caller.hears('one-a-b');
  });

  it('is a thin line', async () => {
    await using proxy = await Proxy.open(() => [one.port]);
    proxy.weather = { bytesPerSecond: 20_000 };
    const began = performance.now();
    const caller = new Caller(proxy.port);
    caller.socket.write('x'.repeat(4000));
    await caller.hears(`one${'x'.repeat(4000)}`);
    expect(performance.now() - began).toBeGreaterThan(200);
  });

  it('resets new connections while it refuses', async () => {
    await using proxy = await Proxy.open(() => [one.port]);
    proxy.weather = { refusing: true };
    const caller = new Caller(proxy.port);
    await expect.poll(() => caller.error).toBe('ECONNRESET');
  });

  it('takes turns between the nodes that accept', async () => {
    const dead = await freePort();
    await using balancer = await openBalancer([one.port, dead, two.port]);
    const callers: Caller[] = [];
    for (let index = 0; index < 6; index += 1) {
      const caller = new Caller(balancer.port);
      callers.push(caller);
      await expect.poll(() => caller.heard).not.toBe('');
    }
    expect(callers.map(({ heard }) => heard)).toEqual(['one', 'two', 'two', 'one', 'two', 'two']);
  });
});
