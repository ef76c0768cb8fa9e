/**
 * Where a request comes from, for the limits per address and the log, over HTTP and WebSockets alike. What
 * `X-Forwarded-For` says is believed as far as trusted proxies wrote it: from its end, up to the first address that is
 * not one of theirs. Whoever has an IPv6 address has 2^64 of them, so those count by their network.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import type { TrustedProxies } from '../core/config.ts';

/** An IPv4 address, or an IPv6 network such as `2001:db8::/64`. Empty when the peer has gone already. */
export type AddressOf = (request: IncomingMessage) => string;

export function createAddressOf(trusted: TrustedProxies): AddressOf {
  const isTrusted =
    typeof trusted === 'number'
      ? (_address: string, hop: number) => hop < trusted
      : (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return ({ socket, headers }) => {
    let address = canonical(socket.remoteAddress ?? '');
    const forwarded =
      headers['x-forwarded-for'] === undefined ? [] : String(headers['x-forwarded-for']).split(',');
    for (let hop = 0; address !== undefined && isTrusted(address, hop); hop += 1) {
      const before = canonical(forwarded.pop()?.trim() ?? '');
      if (before === undefined) break;
      address = before;
    }
    return address === undefined ? '' : networkOf(address);
  };
}

/** One way of writing each address, an IPv4 one as such also where IPv6 carries it; undefined where it is none. */
function canonical(text: string): string | undefined {
  const zone = text.indexOf('%');
  const address = zone === -1 ? text : text.slice(0, zone);
  const family = isIP(address);
  if (family === 0) return undefined;
  if (family === 4) return address;
  const { hostname } = new URL(`http://[${address}]`);
  const mapped = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/.exec(hostname);
  if (mapped === null) return hostname.slice(1, -1);
  return mapped
    .slice(1)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');
}

function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = [], tail] = address
    .split('::', 2)
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])].slice(0, 4);
  return `${new URL(`http://[${groups.join(':')}::]`).hostname.slice(1, -1)}/64`;
}
