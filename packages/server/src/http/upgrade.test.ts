// Which upgrades become sockets (fact 11 of the design), and how many of them (6).
import { connect } from 'node:net';

import { describe, expect, it } from 'vitest';

import { oneDatabase } from '../core/testing/one-database.ts';
import { openEdge, until } from './testing/edge.ts';
import { Peer } from './testing/peer.ts';
import { upgrade } from './testing/upgrade.ts';
import { heard, send, TO_HTTP_2 } from './testing/wire.ts';

const database = oneDatabase();

describe('the upgrade', () => {
  it('takes /trpc only', async () => {
    await using edge = await openEdge(database);
    for (const path of ['/', '/trpc/', '/trpc/x', '/TRPC', '/api/v1', '/socket.io/', '//', '/x#/trpc']) {
      expect(await upgrade(edge.url, path)).toMatch(/^HTTP\/1\.1 404 /);
    }
    for (const path of ['/trpc?x=1', '/trpc#x', 'http://x/trpc']) {
      expect(await upgrade(edge.url, path)).toMatch(/^HTTP\/1\.1 101 /);
    }
  });

  it('answers all who come at once, and refuses whoever among them does not speak its version', async () => {
    await using edge = await openEdge(database);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        upgrade(edge.url, '/trpc', index % 5 === 0 ? 'Sec-WebSocket-Version: 7\r\n' : ''),
      ),
    );
    answers.forEach((answer, index) =>
      expect(answer).toMatch(index % 5 === 0 ? /^HTTP\/1\.1 400 / : /^HTTP\/1\.1 101 /),
    );
  });

  it('takes pages of known origins, its own, and whatever is no page', async () => {
    await using edge = await openEdge(database, { origins: ['https://app.example'] });
    const { host } = new URL(edge.url);
    for (const origin of ['https://app.example', edge.url, `https://${host}`]) {
      await using peer = await Peer.open(edge.url, { origin });
      expect(peer.socket.readyState).toBe(peer.socket.OPEN);
    }
    for (const origin of [
      'https://evil.example',
      'https://app.example.evil.example',
      'http://app.example',
      'null',
      '',
    ]) {
      expect(await upgrade(edge.url, '/trpc', `Origin: ${origin}\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    }
  });

  it('is not upset by a request that is hardly one', async () => {
    await using edge = await openEdge(database);
    expect(await upgrade(edge.url, '/trpc', 'Host: [\r\n', false)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await upgrade(edge.url, '/trpc', 'Sec-WebSocket-Version: 99\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const wire = connect(Number(new URL(edge.url).port), '127.0.0.1');
    wire.write('GET /nope HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    wire.resetAndDestroy();
    expect((await fetch(`${edge.url}/healthz`)).status).toBe(200);
  });

  it('is refused beyond the caps: all sockets, those of an address, those of a person', async () => {
    await using edge = await openEdge(database, {
      edgeLimits: { sockets: 5, unauthenticatedPerIp: 3, connectionsPerUser: 2 },
    });
    const ana = await edge.person('ana');
    await using one = await edge.peer(ana);
    await using two = await edge.peer(ana);
    expect((await one.call('query', 'auth.me')).error).toBeUndefined();
    expect((await two.call('query', 'auth.me')).error).toBeUndefined();
    const third = await edge.peer(ana);
    expect(await third.closed).toEqual({ code: 4429, reason: 'too_many_connections' });
    await until(() => edge.lines.some(({ msg }) => msg === 'socket closed'));

    const strangers = [await Peer.open(edge.url), await Peer.open(edge.url), await Peer.open(edge.url)];
    await expect(Peer.open(edge.url)).rejects.toThrow('HTTP 503');
    await one[Symbol.asyncDispose]();
    await expect(until(async () => (await refusalOf(edge.url)) === 'HTTP 429')).resolves.toBeUndefined();
    for (const stranger of strangers) await stranger[Symbol.asyncDispose]();
    await until(async () => (await refusalOf(edge.url)) === undefined);
  });

  it('to what is no socket is declined, and its request answered: the client of Java asks for it with each', async () => {
    await using edge = await openEdge(database);
    const { email } = await edge.person('ana');
    const body = JSON.stringify({ email, password: 'password' });
    const wire = send(edge, {
      line: 'POST /api/v1/auth/login',
      headers: [...TO_HTTP_2, `Content-Length: ${body.length}`],
    });
    wire.write(body);
    expect(await heard(wire)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await heard(send(edge, { line: 'GET /trpc/auth.me', headers: TO_HTTP_2 }))).toMatch(
      /^HTTP\/1\.1 401 /,
    );
    expect(await heard(send(edge, { line: 'GET /nope', headers: TO_HTTP_2 }))).toMatch(/^HTTP\/1\.1 404 /);
  });
});

/** Why an upgrade is refused now; undefined when it is not. */
async function refusalOf(url: string): Promise<string | undefined> {
  try {
    await using _peer = await Peer.open(url);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
