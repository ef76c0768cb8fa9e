/**
 * Which token is shown. One that the server refused is not shown again, and another one is looked for once, unless that
 * proves good: a server that takes none is not asked for ever.
 */
import type { Access } from './access.ts';

export class Tokens {
  readonly #access: Access;
  #refused: string | null = null;
  /** What came of looking for another one than `of`. */
  #renewal: { of: string; result: Promise<string | null>; gave?: string | null } | null = null;

  constructor(access: Access) {
    this.#access = access;
  }

  /** The one that the server refused last. */
  get refused(): string | null {
    return this.#refused;
  }

  /** The one to show; null when there is none. Rejects when that cannot be told now. */
  async next(): Promise<string | null> {
    const token = await this.#access.token();
    return token !== null && token === this.#refused ? this.renewed(token) : token;
  }

  refuse(token: string): void {
    this.#refused = token;
  }

  /** The server has taken it. */
  prove(token: string): void {
    if (token !== this.#refused) this.#renewal = null;
  }

  /** They were another person's. */
  forget(): void {
    this.#refused = null;
    this.#renewal = null;
  }

  /** Another one than `refused`; null when there is none. Rejects like {@link next}. */
  async renewed(refused: string): Promise<string | null> {
    if (this.#renewal?.of !== refused) {
      // The one that it gave last time is refused as well, and nothing else was heard: enough.
      const enough = this.#renewal !== null && this.#renewal.gave === refused;
      this.#renewal = {
        of: refused,
        result: enough ? Promise.resolve(null) : this.#access.renew(refused),
      };
    }
    const renewal = this.#renewal;
    try {
      renewal.gave = await renewal.result;
      return renewal.gave;
    } catch (error) {
      if (this.#renewal === renewal) this.#renewal = null;
      throw error;
    }
  }
}
