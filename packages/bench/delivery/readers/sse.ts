// tRPC 11 over server-sent events, with superjson: one request for each subscription.
import { get } from 'node:http';

import type { Protocol, Reader, Seat } from './reader.ts';
import { eventOfValue } from './trpc.ts';

const BREAK = '\n\n';

export const trpcSse: Protocol = {
  async join(seat) {
    const streams = [
      await follow(seat, 'conversations.events', { conversationId: seat.room }),
      ...(seat.inbox ? [await follow(seat, 'inbox.events', {})] : []),
    ];
    return {
      leave: async () => void (await Promise.all(streams.map((stream) => stream.leave()))),
      cut: () => streams.forEach((stream) => stream.cut()),
    };
  },
  eventIn(frame) {
    const lines = new Map(
      frame.split('\n').map((line) => {
        const colon = line.indexOf(': ');
        return [line.slice(0, colon), line.slice(colon + 2)];
      }),
    );
    const [text, id] = [lines.get('data'), lines.get('id')];
    if (text === undefined || id === undefined) return undefined;
    const { json: data, meta } = JSON.parse(text) as {
      json: never;
      meta?: { values?: Record<string, unknown> };
    };
    const values = Object.entries(meta?.values ?? {}).map(([path, kind]) => [`data.${path}`, kind]);
    return eventOfValue({
      json: { id, data },
      meta: { values: Object.fromEntries(values) as Record<string, unknown> },
    });
  },
};

function follow({ url, token, hear, lost }: Seat, path: string, input: object): Promise<Reader> {
  const query = new URLSearchParams({
    input: JSON.stringify({ json: input }),
    connectionParams: JSON.stringify({ token }),
  });
  let [joined, leaving, rest] = [false, false, ''];
  return new Promise((resolve, reject) => {
    const request = get(`${url}/${path}?${query.toString()}`, { agent: false }, (response) => {
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const frames = (rest + chunk).split(BREAK);
        rest = frames.pop() ?? '';
        for (const frame of frames) {
          if (joined) hear(frame);
          else if (frame.includes('"joined"')) {
            joined = true;
            resolve(reader);
          }
        }
      });
      response.on('close', () => {
        const cause = new Error(`a stream of status ${response.statusCode} has ended`);
        reject(cause);
        if (joined && !leaving) lost(cause);
      });
      response.on('error', () => undefined);
    });
    request.on('error', reject);
    const reader: Reader = {
      leave: () =>
        new Promise((left) => {
          leaving = true;
          if (request.closed) return left();
          request.once('close', () => left());
          request.destroy();
        }),
      cut() {
        leaving = true;
        request.destroy();
      },
    };
  });
}
