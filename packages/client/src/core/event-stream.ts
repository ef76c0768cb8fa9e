/** tRPC's subscription as server-sent events, read from a `fetch`: an `EventSource` cannot show a token. */
import type { AppRouter } from '@parley/server/api';
import type { OperationResultEnvelope, TRPCClientError } from '@trpc/client';

import { Failure } from './failure.ts';
import { readAnswer, sendOverHttp, type HttpCall, type HttpServer } from './http-call.ts';
import { QUIET_MS, ANSWER_MS } from './line.ts';
import { deserialize, type Serialized } from './superjson.ts';

type Envelope = OperationResultEnvelope<unknown, TRPCClientError<AppRouter>>;

interface Event {
  event: string;
  data: string;
  id?: string;
}

/**
 * Gives each value of a subscription, and returns when the server has completed it.
 *
 * @throws ParleyClientError what the server refuses
 * @throws Error when the stream broke, or was silent for 20 s: the server says something every 15 s
 */
export async function readSubscription(
  server: HttpServer,
  call: HttpCall & { signal: AbortSignal },
  next: (envelope: Envelope) => void,
): Promise<void> {
  const silence = new AbortController();
  const give = () => silence.abort(call.signal.reason);
  call.signal.addEventListener('abort', give);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(new Error('Nothing was heard')), QUIET_MS + ANSWER_MS);
  };
  heard();
  try {
    const response = await sendOverHttp(server, { ...call, signal: silence.signal });
    // What is refused before it begins is refused as any other call.
    if (!isStream(response)) await readAnswer(response);
    for await (const { event, data, id } of events(response.body as ReadableStream<Uint8Array>, heard)) {
      if (event === 'return') return;
      if (event === 'serialized-error') {
        throw Failure.told(deserialize(JSON.parse(data) as Serialized));
      }
      if (event === 'connected') next({ result: { type: 'started' } });
      if (event !== 'message') continue;
      const value = deserialize(JSON.parse(data) as Serialized);
      next({
        result:
          id === undefined ? { type: 'data', data: value } : { type: 'data', id, data: { id, data: value } },
      });
    }
    throw new Error('The stream ended too soon');
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener('abort', give);
    silence.abort();
  }
}

function isStream({ ok, headers }: Response): boolean {
  return ok && headers.get('content-type')?.startsWith('text/event-stream') === true;
}

async function* events(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<Event> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    heard();
    text += decoder.decode(value, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event: Event = { event: 'message', data: '' };
      for (const [, field, value = ''] of block.matchAll(/^(event|data|id): ?(.*)$/gm)) {
        event[field as keyof Event] = value;
      }
      if (event.data !== '' || event.event !== 'message') yield event;
    }
  }
}
