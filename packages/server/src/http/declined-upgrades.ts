/**
 * Upgrades to what is not spoken here: Java's client, and curl where it is asked to, would go on in HTTP/2 with whatever they
 * ask for over a plain connection. HTTP has a server go on without a word about it; Node does so where nobody hears of
 * upgrades, and otherwise has read no body and given no response. So the request is read once more, without that wish.
 */
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

export const asksForSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket';

/**
 * Has a server answer as if no upgrade had been asked for. The connection ends with the answer: of very many headers Node
 * gives only the first, so that what is read once more might end elsewhere than it did.
 */
export function answerWithoutUpgrade(
  server: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  { wire, head }: { wire: Duplex; head: Buffer },
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`, 'Connection: close'];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (!DROPPED.has(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  wire.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit(wire instanceof TLSSocket ? 'secureConnection' : 'connection', wire);
}

const DROPPED: ReadonlySet<string> = new Set(['connection', 'upgrade']);
