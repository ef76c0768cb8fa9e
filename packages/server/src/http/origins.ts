/** Which pages may call from a browser: the configured origins, and whatever this server itself serves. */
export class Origins {
  readonly #allowed: ReadonlySet<string>;

  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed);
  }

  /**
   * Whether a request may come from `origin`. Without one it does not come from a browser's page. The server's own
   * origin is told by the `Host` header: a scheme may have been changed on the way by a proxy.
   */
  allows(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined) return true;
    if (!URL.canParse(origin)) return false;
    const url = new URL(origin);
    if (this.#allowed.has(url.origin)) return true;
    return (
      host !== undefined && /^https?:$/.test(url.protocol) && url.host === normalHost(host, url.protocol)
    );
  }
}

/** As a URL writes it: lower case, without the scheme's own port. */
function normalHost(host: string, protocol: string): string | undefined {
  const address = `${protocol}//${host}`;
  return URL.canParse(address) ? new URL(address).host : undefined;
}
