// People with Parley's own client.
import {
  createParleyClient,
  type ParleyClient,
  type ParleyClientOptions,
  type Session,
} from '@parley/client';
import { WebSocket } from 'ws';

import type { TestServer } from '../../harness/server.ts';

export interface Talker extends AsyncDisposable {
  readonly id: string;
  readonly session: Session;
  readonly client: ParleyClient;
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
