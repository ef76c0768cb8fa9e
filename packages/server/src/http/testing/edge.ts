// A whole server on a free port with a test's database, and people who have signed in.
import { Writable } from 'node:stream';

import type { TRPCCreateRouterOptions } from '@trpc/server';
import { pino } from 'pino';

import type { Database } from '../../core/database.ts';
import { ManualClock } from '../../core/testing/manual-clock.ts';
import { createParley, type Parley, type ParleyOptions } from '../../create-parley.ts';
import { CHEAP_PASSWORD_COST } from '../../domains/auth/passwords.ts';
import { Peer, type PeerOptions } from './peer.ts';

export const SECRET = 'a secret for tests, of enough bytes';

export interface Person {
  id: string;
  email: string;
  token: string;
}

/** Where time stands still until it is moved, it passes while this closes. */
export interface Edge extends AsyncDisposable {
  parley: Parley;
  url: string;
  /** What the server has logged. */
  lines: Record<string, unknown>[];
  person(name: string): Promise<Person>;
  /** Opens a socket with a person's token. */
  peer(person: Person, options?: PeerOptions): Promise<Peer>;
  /** Calls a procedure over HTTP. */
  call(
    person: Person | undefined,
    method: 'query' | 'mutation',
    path: string,
    input?: unknown,
  ): Promise<Response>;
  /** A direct conversation of two. */
  conversation(one: Person, other: Person): Promise<string>;
}

export async function openEdge<Extra extends TRPCCreateRouterOptions>(
  database: Database,
  options: ParleyOptions<Extra> = {},
): Promise<Edge> {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const parley = await createParley({
    database,
    jwtSecret: SECRET,
    log: pino({ level: 'debug' }, sink),
    passwordCost: CHEAP_PASSWORD_COST,
    presenceGraceMs: 50,
    ...options,
    edgeLimits: { leaveMs: 0, idleMs: 0, ...options.edgeLimits },
  });
  const { url } = await parley.listen({ port: 0 });
  const call: Edge['call'] = (person, method, path, input) => {
    const body = JSON.stringify({ json: input });
    const headers = {
      'content-type': 'application/json',
      ...(person !== undefined && { authorization: `Bearer ${person.token}` }),
    };
    const search = method === 'query' && input !== undefined ? `?input=${encodeURIComponent(body)}` : '';
    return fetch(
      `${url}/trpc/${path}${search}`,
      method === 'query' ? { headers } : { method: 'POST', headers, body },
    );
  };
  return {
    parley: parley as unknown as Parley,
    url,
    lines,
    call,
    person: (name) => signUp(url, name),
    peer: (person, peerOptions) => Peer.open(url, { params: { token: person.token }, ...peerOptions }),
    async conversation(one, other) {
      const response = await call(one, 'mutation', 'conversations.create', { participantIds: [other.id] });
      return (await jsonOf<{ id: string }>(response)).id;
    },
    [Symbol.asyncDispose]: () =>
      options.clock instanceof ManualClock ? pass(options.clock, parley.close()) : parley.close(),
  };
}

export async function signUp(url: string, name: string): Promise<Person> {
  const email = `${name}@test.example`;
  const response = await fetch(`${url}/trpc/auth.register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ json: { email, username: name, password: 'password' } }),
  });
  const { user, accessToken } = await jsonOf<{ user: { id: string }; accessToken: string }>(response);
  return { id: user.id, email, token: accessToken };
}

/** What a call over HTTP has returned. */
export async function jsonOf<Output>(response: Response): Promise<Output> {
  const { result, error } = (await response.json()) as {
    result?: { data: { json: Output } };
    error?: unknown;
  };
  if (result === undefined) throw new Error(`refused: ${JSON.stringify(error)}`);
  return result.data.json;
}

export interface Failure {
  error: { json: { data: { reason: string; code: string; retryAfterMs?: number } } };
}

/** What a call over HTTP has been refused with. */
export const failureOf = async (response: Response) => ((await response.json()) as Failure).error.json.data;

export const metricsOf = async ({ url }: Edge) => (await fetch(`${url}/metrics`)).text();

/** Waits until something is so, at most 20 s. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not in time: ${String(isSo)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Lets time pass, a little at a time, until a promise is settled. */
export async function pass<Result>(clock: ManualClock, promise: Promise<Result>): Promise<Result> {
  let isSettled = false;
  const settled = promise.finally(() => (isSettled = true));
  await Promise.all([
    settled,
    until(() => {
      clock.advance(10);
      return isSettled;
    }),
  ]);
  return settled;
}
