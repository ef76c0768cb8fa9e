// Calls as they cross the wire, for inputs and tokens that a typed client would not let through.
import type { ErrorReason } from '@parley/contract';
import superjson from 'superjson';

export type Kind = 'query' | 'mutation' | 'subscription';

export interface Answer {
  status: number;
  code: string | undefined;
  reason: ErrorReason | undefined;
  /** The whole body, to look for what must not be in it. */
  text: string;
}

export interface Call {
  url: string;
  path: string;
  kind: Kind;
  input?: unknown;
  /** The Authorization header, whole. */
  authorization?: string | undefined;
  /** Default: the global one. */
  fetch?: ((url: string, init?: RequestInit) => Promise<Response>) | undefined;
}

/** One call over HTTP with superjson. A subscription is answered as soon as it has begun. */
export async function call({
  url,
  path,
  kind,
  input,
  authorization,
  fetch = globalThis.fetch,
}: Call): Promise<Answer> {
  const body = JSON.stringify(superjson.serialize(input));
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  if (kind === 'subscription') return await subscribe({ url, path, headers, body, fetch });
  const response =
    kind === 'mutation'
      ? await fetch(`${url}/trpc/${path}`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body,
        })
      : await fetch(`${url}/trpc/${path}?input=${encodeURIComponent(body)}`, { headers });
  const text = await response.text();
  const { error } = JSON.parse(text) as { error?: Shape };
  return { status: response.status, text, code: error?.json.data.code, reason: error?.json.data.reason };
}

/** An error as it crosses the wire. */
interface Shape {
  json: { data: { code: string; reason: ErrorReason; httpStatus: number } };
}

/** A stream of events begins with 200 whatever follows; its first event of ours tells. */
async function subscribe({
  url,
  path,
  headers,
  body,
  fetch,
}: {
  url: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  fetch: NonNullable<Call['fetch']>;
}): Promise<Answer> {
  const response = await fetch(`${url}/trpc/${path}?input=${encodeURIComponent(body)}`, {
    headers: { ...headers, accept: 'text/event-stream' },
  });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const error = /^event: serialized-error\ndata: (.*)\n/m.exec(text)?.[1];
    const value = /^data: (.*)\nid: /m.test(text);
    if (error === undefined && !value) continue;
    // Returning cancels the stream.
    if (error === undefined) return { status: response.status, text, code: undefined, reason: undefined };
    const { code, reason, httpStatus } = (JSON.parse(error) as Shape).json.data;
    return { status: httpStatus, text, code, reason };
  }
  throw new Error(`the stream of ${path} has ended after: ${text}`);
}
