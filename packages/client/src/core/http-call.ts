/**
 * One call as one HTTP request, in tRPC's protocol with superjson. For the calls that need no connection, and for all
 * where WebSockets do not pass. Nothing is sent twice, and the token is in a header, never in the address.
 */
import type { Operation } from '@trpc/client';

import { isAnswer, unreachable } from './errors.ts';
import { Failure } from './failure.ts';
import { deserialize, serialize, type Serialized } from './superjson.ts';

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

export interface HttpServer {
  /** Of its tRPC, for example `https://chat.example.com/trpc`. */
  url: string;
  fetch: Fetch;
}

export interface HttpCall extends Pick<Operation, 'type' | 'path'> {
  input?: unknown;
  token?: string | null;
  signal?: AbortSignal | null | undefined;
}

/** @returns the response as it comes, whatever its status */
export function sendOverHttp({ url, fetch }: HttpServer, call: HttpCall): Promise<Response> {
  const { type, path, token = null, signal = null } = call;
  const input = JSON.stringify(serialize(call.input));
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const init = { headers, signal, cache: 'no-store' } satisfies RequestInit;
  if (type !== 'mutation') return fetch(`${url}/${path}?input=${encodeURIComponent(input)}`, init);
  headers['content-type'] = 'application/json';
  return fetch(`${url}/${path}`, { ...init, method: 'POST', body: input });
}

/**
 * @returns what a response carries
 * @throws ParleyClientError what the server says; `unavailable` when it is not the server that has answered
 */
export async function readAnswer(response: Response): Promise<unknown> {
  const answer = (await response.json()) as { error: Serialized } | { result: { data: Serialized } };
  if ('result' in answer) return deserialize(answer.result.data);
  throw Failure.told(deserialize(answer.error));
}

/** @throws ParleyClientError, as the connection's calls do */
export async function callOverHttp(server: HttpServer, call: HttpCall): Promise<unknown> {
  try {
    return await readAnswer(await sendOverHttp(server, call));
  } catch (error) {
    if (call.signal?.aborted === true) throw Failure.from(error);
    throw isAnswer(error) ? error : unreachable(error);
  }
}

/** Whether the server answers over HTTP, whatever it says. */
export async function answers(server: HttpServer, withinMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(withinMs);
  return callOverHttp(server, { type: 'query', path: 'auth.me', signal }).then(() => true, isAnswer);
}
