/** What two servers tell of the same, made equal where it may differ: ids, times, tokens, cursors and names. */

/** The real server's, and those of the one in memory. */
const ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z]+-\d{6})$/;

const OPAQUE: Readonly<Record<string, string>> = {
  requestId: 'request',
  nextCursor: 'cursor',
  accessToken: 'token',
  refreshToken: 'token',
};

export class Normal {
  readonly #ids = new Map<string, string>();
  /** Names as they were made for one run, with what they are for a reader. */
  readonly #names: ReadonlyMap<string, string>;

  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
  }

  /** The value with every id replaced by the place in which it came first. */
  of(value: unknown, key = ''): unknown {
    const opaque = OPAQUE[key];
    if (opaque !== undefined && value !== null) return opaque;
    if (value instanceof Date) return 'a time';
    if (typeof value === 'string') return this.#text(value);
    if (Array.isArray(value)) return value.map((one) => this.of(one));
    if (typeof value !== 'object' || value === null) return value;
    // Whether a participant is online depends on what carries the calls; a behaviour of its own looks at presence.
    const hidden = 'deliveredSeq' in value ? 'online' : undefined;
    const entries = Object.entries(value).filter(([name, child]) => child !== undefined && name !== hidden);
    return Object.fromEntries(
      entries
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, child]) => [name, this.of(child, name)]),
    );
  }

  #text(text: string): string {
    if (ID.test(text)) {
      const known = this.#ids.get(text) ?? `id ${this.#ids.size + 1}`;
      this.#ids.set(text, known);
      return known;
    }
    let shown = text;
    for (const [made, name] of this.#names) shown = shown.replaceAll(made, name);
    return shown;
  }
}
