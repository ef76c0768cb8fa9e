/** A person of the run, and the tokens of their devices: got again by signing in, as often as they end. */
import type { Id, Session } from '@parley/contract';

import { callOverHttp } from '../../harness/people.ts';

const PASSWORD = 'correct horse battery';
/** A token that lives no longer than this is not used for anything new. */
const SPARE_MS = 1500;
const RETRY_MS = 300;

export class Identity {
  readonly id: Id;
  readonly name: string;
  readonly #url: string;
  #session: Session;
  #renewing: Promise<string> | undefined;

  private constructor(url: string, session: Session) {
    this.#url = url;
    this.#session = session;
    this.id = session.user.id;
    this.name = session.user.username;
  }

  /** Makes an account. */
  static async register(url: string, name: string): Promise<Identity> {
    const session = await callOverHttp(url).auth.register.mutate({
      email: emailOf(name),
      username: name,
      password: PASSWORD,
    });
    return new Identity(url, session);
  }

  /** A token that is good for a while; waits for the server where it has to. */
  async token(): Promise<string> {
    const { accessToken, accessTokenExpiresAt } = this.#session;
    if (accessTokenExpiresAt.getTime() - Date.now() > SPARE_MS) return accessToken;
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    return await this.#renewing;
  }

  /** The next token is a new one. */
  distrust(): void {
    this.#session = { ...this.#session, accessTokenExpiresAt: new Date(0) };
  }

  async #renew(): Promise<string> {
    for (;;) {
      try {
        this.#session = await callOverHttp(this.#url).auth.login.mutate(
          { email: emailOf(this.name), password: PASSWORD },
          { signal: AbortSignal.timeout(5000) },
        );
        return this.#session.accessToken;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

function emailOf(name: string): string {
  return `${name}@parley.test`;
}
