/** Where a server's tRPC is, for each transport. */
export interface Address {
  http: string;
  ws: string;
}

/**
 * Turns what a caller knows of a server into its addresses: `http`, `https`, `ws` and `wss` are accepted, `/trpc` is
 * appended unless it is there, and query and fragment are dropped.
 *
 * @param url default: the page's own origin; a path alone is taken from there
 * @throws Error when that is no address of a server
 */
export function resolveAddress(url?: string): Address {
  const base = pageOrigin();
  if (url === undefined && base === undefined)
    throw new Error('`url` is needed outside a web page, as http://localhost:3000');
  let parsed: URL | undefined;
  try {
    parsed = new URL(url ?? '/', base);
  } catch {
    // It is no address at all.
  }
  const [, secure] = /^(?:http|ws)(s?):$/.exec(parsed?.protocol ?? '') ?? [];
  if (parsed === undefined || secure === undefined)
    throw new Error(`Not an http, https, ws or wss address of a Parley server: ${url}`);
  if (parsed.username !== '' || parsed.password !== '')
    throw new Error('Credentials do not belong in an address');
  const path = parsed.pathname.replace(/\/+$/, '');
  const rest = `//${parsed.host}${path.endsWith('/trpc') ? path : `${path}/trpc`}`;
  return { http: `http${secure}:${rest}`, ws: `ws${secure}:${rest}` };
}

function pageOrigin(): string | undefined {
  const origin = 'location' in globalThis ? globalThis.location?.origin : undefined;
  return origin === 'null' ? undefined : origin;
}
