import type { ParleyCalls, ParleyClient } from '@parley/client';

import { Refused } from './failure.ts';
import { openClient, type Setting } from './setting.ts';

/** Whoever a command acts for. */
export interface Me {
  id: string;
  username: string;
}

/** A client of the person who is signed in. */
export interface Connected {
  readonly client: ParleyClient;
  readonly trpc: ParleyCalls;
  readonly me: Me;
}

const CONNECT_WITHIN_MS = 15_000;

/**
 * Runs `work` with a client, and closes it.
 *
 * @throws Refused `unauthenticated` when nobody is signed in, `unavailable` when no server answers
 */
export async function withClient<Result>(
  setting: Setting,
  work: (connected: Connected) => Promise<Result>,
): Promise<Result> {
  const { url, sessions, token } = setting;
  if (token === undefined && sessions.user === undefined) {
    throw nobodySignedIn(url);
  }
  const client = openClient(url, () => (token === undefined ? sessions.token() : Promise.resolve(token)));
  const { trpc } = client;
  const absence = new Absence(client, url);
  try {
    const whole = async () => {
      const me = token === undefined ? sessions.user : undefined;
      return await work({ client, trpc, me: me ?? (await trpc.auth.me.query()) });
    };
    return await Promise.race([whole(), absence.noticed]);
  } finally {
    absence[Symbol.dispose]();
    await client.close();
  }
}

/** Says how to sign in, too. */
export function nobodySignedIn(url: string): Refused {
  const how = `pnpm talk login --email … --password … --url ${url}`;
  return new Refused('unauthenticated', `Nobody is signed in at ${url}; sign in with ${how}`);
}

/** A server that is not there at the first attempt: a command does not wait for one, as a page would. */
class Absence implements Disposable {
  /** Rejects when the first attempt to connect fails. */
  readonly noticed: Promise<never>;
  readonly #ends: (() => void)[] = [];

  constructor({ connection }: ParleyClient, url: string) {
    this.noticed = new Promise((_resolve, reject) => {
      const absent = () => reject(new Refused('unavailable', `No Parley server answers at ${url}`));
      const timer = setTimeout(absent, CONNECT_WITHIN_MS);
      this.#ends.push(() => clearTimeout(timer));
      const look = () => {
        if (connection.state === 'waiting') absent();
        if (connection.state === 'open' || connection.state === 'waiting') this[Symbol.dispose]();
      };
      this.#ends.push(connection.subscribe(look));
    });
  }

  [Symbol.dispose](): void {
    for (const end of this.#ends.splice(0)) end();
  }
}
