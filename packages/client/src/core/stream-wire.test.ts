import { describe, expect, it, vi } from 'vitest';

import type { Call } from './line.ts';
import { streamWire } from './stream-wire.ts';
import { serialize } from './superjson.ts';

/** As many as it has open at once. */
const STREAMS = 4;

const ignore = () => undefined;
const value = (id: number) => `id: ${id}\ndata: ${JSON.stringify(serialize(id))}\n\n`;

/** Answers each subscription with two values in one piece, and then says nothing more. */
function open() {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    if (url.includes('auth.me')) return Response.json({ result: { data: serialize(null) } });
    asked.push(url);
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => stream.enqueue(new TextEncoder().encode(value(1) + value(2))),
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
  const events = { usable: ignore, heard: ignore, lost: ignore, summoned: ignore };
  return { asked, wire: streamWire({ server: { url: 'http://parley.test', fetch }, token: 't' }, events) };
}

function subscription(id: number, next: Call['next']): Call {
  const op = {
    id,
    type: 'subscription',
    path: 'conversations.events',
    input: {},
    context: {},
    signal: null,
  } as const;
  return { id, op, next, error: ignore, complete: ignore };
}

describe('a wire of server-sent events', () => {
  it('has room again for as many as were stopped at a value that came with another one', async () => {
    const { asked, wire } = open();
    for (let id = 1; id <= STREAMS + 2; id += 1) {
      await new Promise<void>((resolve) => {
        const next = vi.fn<Call['next']>().mockImplementationOnce(() => {
          wire.stop(call);
          resolve();
        });
        const call = subscription(id, next);
        wire.send(call);
      });
      await vi.waitFor(() => expect(asked).toHaveLength(id));
    }
    wire.close();
  });
});
