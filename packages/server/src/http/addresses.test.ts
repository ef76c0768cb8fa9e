import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

import { describe, expect, it } from 'vitest';

import { readConfig } from '../core/config.ts';
import { oneDatabase } from '../core/testing/one-database.ts';
import { createAddressOf } from './addresses.ts';
import { openEdge, until, type Edge } from './testing/edge.ts';
import { Peer } from './testing/peer.ts';

/** Where a request through these hops is said to come from. */
function addressOf(trustProxy: string, peer: string, forwarded?: string): string {
  const { trustedProxies } = readConfig({ JWT_SECRET: 'x'.repeat(32), PARLEY_TRUST_PROXY: trustProxy });
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: peer });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded;
  return createAddressOf(trustedProxies)(request);
}

describe('the address of a request', () => {
  it.each([
    ['', '192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['0', '192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['1', '192.0.2.1', undefined, '192.0.2.1'],
    ['1', '192.0.2.1', '198.51.100.7', '198.51.100.7'],
    ['1', '192.0.2.1', 'forged, 198.51.100.7', '198.51.100.7'],
    ['2', '192.0.2.1', '203.0.113.9, 198.51.100.7', '203.0.113.9'],
    ['3', '192.0.2.1', '203.0.113.9, 198.51.100.7', '203.0.113.9'],
    ['1', '192.0.2.1', 'unknown', '192.0.2.1'],
    ['1', '192.0.2.1', '', '192.0.2.1'],
    ['10.0.0.0/8', '192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['10.0.0.0/8', '10.1.2.3', '203.0.113.9, 198.51.100.7', '198.51.100.7'],
    ['10.0.0.0/8', '::ffff:10.1.2.3', '203.0.113.9, 198.51.100.7', '198.51.100.7'],
    ['10.0.0.0/8, 198.51.100.7', '10.1.2.3', '203.0.113.9,198.51.100.7', '203.0.113.9'],
    ['10.0.0.0/8', '10.1.2.3', '10.9.9.9, 10.8.8.8', '10.9.9.9'],
    ['fd00::/8', 'fd00::1', '::ffff:203.0.113.9', '203.0.113.9'],
    ['fd00::/8', 'fe80::1%eth0', '203.0.113.9', 'fe80::/64'],
  ])('with PARLEY_TRUST_PROXY=%s, from %s forwarding %s, is %s', (trusted, peer, forwarded, address) => {
    expect(addressOf(trusted, peer, forwarded)).toBe(address);
  });

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::ffff', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['2001:db8:0:7::', '2001:db8:0:7::/64'],
    ['::1', '::/64'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['', ''],
  ])('counts %s as %s', (peer, address) => {
    expect(addressOf('', peer)).toBe(address);
  });
});

const database = oneDatabase();

describe('limits per address', () => {
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
  const open = async (edge: Edge, address: string): Promise<string> => {
    try {
      await using _peer = await Peer.open(edge.url, from(address));
      return 'open';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each([
    ['apart for people behind a trusted proxy', '127.0.0.1', 'open'],
    ['together where nobody is trusted', '', 'HTTP 429'],
  ])('count sockets %s', async (_, trustProxy, outcome) => {
    await using edge = await openEdge(database, { trustProxy, edgeLimits: { unauthenticatedPerIp: 1 } });
    await using _one = await Peer.open(edge.url, from('198.51.100.7'));
    expect(await open(edge, '198.51.100.7')).toBe('HTTP 429');
    expect(await open(edge, '203.0.113.9')).toBe(outcome);
  });

  it('count calls by the same address', async () => {
    await using edge = await openEdge(database, { trustProxy: 1, rateFactor: 0.001 });
    const refresh = (address: string) =>
      fetch(`${edge.url}/trpc/auth.refresh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ json: { refreshToken: 'nonsense' } }),
      });
    expect((await refresh('2001:db8::1')).status).toBe(401);
    expect((await refresh('2001:db8::2')).status).toBe(429);
    expect((await refresh('2001:db8:0:1::2')).status).toBe(401);
    await until(() => edge.lines.some(({ msg, ip }) => msg === 'request' && ip === '2001:db8:0:1::/64'));
  });
});
