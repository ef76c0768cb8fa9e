// Upgrades by hand, as no client would ask for them.
import { connect, type Socket } from 'node:net';

/** Sends the head of an upgrade, and returns the first line of the answer. */
export async function upgrade(url: string, path: string, headers = '', withHost = true): Promise<string> {
  const wire = openWire(url, path, headers, withHost);
  const answer = await new Promise<string>((resolve, reject) => {
    wire.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    wire.once('error', reject);
    wire.once('close', () => resolve(''));
  });
  wire.destroy();
  return answer.split('\r\n')[0] ?? '';
}

export function openWire(url: string, path: string, headers = '', withHost = true): Socket {
  const { hostname, port } = new URL(url);
  const wire = connect(Number(port), hostname);
  wire.write(upgradeHead(url, path, headers, withHost));
  return wire;
}

export function upgradeHead(url: string, path: string, headers = '', withHost = true): string {
  const { host } = new URL(url);
  return `GET ${path} HTTP/1.1\r\n${withHost ? `Host: ${host}\r\n` : ''}Connection: Upgrade\r\nUpgrade: websocket\r\n${
    headers.includes('Version') ? '' : 'Sec-WebSocket-Version: 13\r\n'
  }Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`;
}
