// People with Parley's own client.
import {
  createParleyClient,
  type ParleyClient,
  type ParleyClientOptions,
  type Session,
} from '@parley/client';
import type { ParleyOptions } from '@parley/server';
import { afterAll, beforeAll } from 'vitest';
import { WebSocket } from 'ws';

import { databases } from '../../../server/src/core/testing/databases.ts';
import { startServer, type TestServer } from '../../harness/server.ts';

export interface Talker extends AsyncDisposable {
  readonly id: string;
  readonly session: Session;
  readonly client: ParleyClient;
}

type Stage<Name extends string> = { readonly server: TestServer } & { readonly [Key in Name]: Talker };

/** For the tests of a `describe`: a real server and some people, from before the first until after the last of them. */
export function withTalkers<Name extends string>(
  names: readonly Name[],
  options: ParleyOptions = {},
): Stage<Name> {
  const stage: Partial<Record<string, unknown>> = {};
  const opened: AsyncDisposable[] = [];
  beforeAll(async () => {
    const [kind] = databases();
    const server = await startServer(kind, options);
    stage['server'] = server;
    opened.push(server);
    for (const name of names) {
      const one = await talker(server, name);
      stage[name] = one;
      opened.push(one);
    }
  });
  afterAll(async () => {
    for (const one of opened.toReversed()) await one[Symbol.asyncDispose]();
  });
  return stage as Stage<Name>;
}

/** A new account with a client of its own, at the server or, with `url`, on a way there. */
export async function talker(
  server: TestServer,
  name: string,
  options: ParleyClientOptions = {},
): Promise<Talker> {
  const { id, session } = await server.person(name);
  const client = clientOf(server.url, session, options);
  return { id, session, client, [Symbol.asyncDispose]: () => client.close() };
}

export function clientOf(url: string, session: Session, options: ParleyClientOptions = {}): ParleyClient {
  return createParleyClient({ url, session, WebSocket, ...options } as ParleyClientOptions);
}
