// HTTP as it is written on one connection.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import type { Edge } from './edge.ts';

export const LONG_BODY = JSON.stringify({ json: 'x'.repeat(200_000) });
export const LONG = {
  line: 'POST /trpc/messages.send',
  headers: [`Content-Length: ${LONG_BODY.length}`, 'Expect: 100-continue'],
};
export const EVENTS = {
  line: `GET /trpc/inbox.events?input=${encodeURIComponent('{"json":{}}')}`,
  headers: ['Accept: text/event-stream'],
};
/** What a client asks for who would go on in HTTP/2. */
export const TO_HTTP_2 = [
  'Connection: Upgrade, HTTP2-Settings',
  'Upgrade: h2c',
  'HTTP2-Settings: AAEAAEAAAAIAAAAB',
];

/** Sends requests as they are written here, on one connection. */
export function send(
  { url }: Pick<Edge, 'url'>,
  ...requests: { line: string; headers?: string[]; token?: string }[]
): Socket {
  const { hostname, port, host } = new URL(url);
  const wire = connect(Number(port), hostname);
  for (const { line, headers = [], token } of requests) {
    const all = [`Host: ${host}`, 'Content-Type: application/json', ...headers];
    if (token !== undefined) all.push(`Authorization: Bearer ${token}`);
    wire.write(`${line} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n`);
  }
  return wire;
}

export const heard = async (wire: Socket) => String((await once(wire, 'data'))[0]);
