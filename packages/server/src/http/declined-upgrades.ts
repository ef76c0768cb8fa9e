/**
 * Upgrades to what is not spoken here: Java's client, and curl where it is asked to, would go on in HTTP/2 with whatever they
 * ask for over a plain connection. HTTP has a server go on without a word about it; Node does so where nobody hears of
 * upgrades, and newer ones where {@link DecidesOnUpgrades} has it so. Otherwise it has read no body and given no response:
 * the request is read once more, without that wish.
 */
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';

export const asksForSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket';

/** A server of Node.js 22.21, 24.9 or later: what is not to be upgraded is a request like any other. */
export interface DecidesOnUpgrades {
  shouldUpgradeCallback?: (request: IncomingMessage) => boolean;
}

/** Read twice already. What still asks for an upgrade is written so that parsers differ about it. */
const readAgain = new WeakSet<Duplex>();

/**
 * Has a server answer as if no upgrade had been asked for. The connection ends with the answer: of very many headers Node
 * gives only the first, so that what is read once more might end elsewhere than it did.
 */
export function answerWithoutUpgrade(
  server: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  { wire, head }: { wire: Duplex; head: Buffer },
): void {
  if (readAgain.has(wire)) return void wire.destroy();
  readAgain.add(wire);
  const lines = [`${method} ${url} HTTP/${httpVersion}`, 'Connection: close'];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (!DROPPED.has(name.trim().toLowerCase())) lines.push(`${name}: ${value}`);
  }
  wire.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit(server instanceof TlsServer ? 'secureConnection' : 'connection', wire);
}

const DROPPED: ReadonlySet<string> = new Set(['connection', 'upgrade']);
