import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Server } from 'node:net';
import { PassThrough } from 'node:stream';
import { TLSSocket } from 'node:tls';

import { describe, expect, it } from 'vitest';

import { answerWithoutUpgrade } from './declined-upgrades.ts';

const asked = (...rawHeaders: string[]) =>
  ({ method: 'GET', url: '/readyz', httpVersion: '1.1', rawHeaders }) as unknown as IncomingMessage;
const HEAD = Buffer.from('');

describe('a request read without its wish to upgrade', () => {
  it('has lost it however a lenient parser gives its name, and is not read a third time', () => {
    const server = new EventEmitter() as Server;
    const wire = new PassThrough();
    const request = asked('Host', 'here', 'Connection ', 'Upgrade', 'Upgrade\t', 'h2c');
    answerWithoutUpgrade(server, request, { wire, head: HEAD });
    expect(String(wire.read())).toBe('GET /readyz HTTP/1.1\r\nConnection: close\r\nHost: here\r\n\r\n');
    expect(wire.destroyed).toBe(false);
    answerWithoutUpgrade(server, request, { wire, head: HEAD });
    expect(wire.destroyed).toBe(true);
  });

  it('is given to the server that it came to, also where somebody else has ended TLS before', () => {
    const server = createServer();
    const wire = new TLSSocket(new PassThrough());
    const given: unknown[] = [];
    server.removeAllListeners('connection');
    server.on('connection', (socket) => given.push(socket));
    answerWithoutUpgrade(server, asked(), { wire, head: HEAD });
    expect(given).toEqual([wire]);
    wire.destroy();
  });
});
