import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { INBOX_EVENTS, ROOM_EVENTS } from '@parley/contract/schemas';
import { initTRPC, tracked } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import fc from 'fast-check';
import superjson from 'superjson';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { decodeEvent, encodeEvent, trackedText, writtenEvent } from './event.ts';
import { almost, valuesOf } from './testing/schema-values.ts';
import { transformer } from './transformer.ts';

interface Told {
  type: string;
  payload: unknown;
}

const catalogue = [
  ...Object.entries(ROOM_EVENTS).map(([type, entry]) => ({ feed: 'room', type, entry })),
  ...Object.entries(INBOX_EVENTS).map(([type, entry]) => ({ feed: 'inbox', type, entry })),
];

const eventsOf = (type: string, schema: Parameters<typeof valuesOf>[0]): fc.Arbitrary<Told> =>
  valuesOf(schema).map((payload) => ({ type, payload }));

const anyEvent = fc.oneof(...catalogue.map(({ type, entry }) => eventsOf(type, entry.payload)));
const anyAlmost = anyEvent.chain(almost);

describe.each(catalogue)('the text of $type in the $feed', ({ type, entry }) => {
  it("is superjson's, and is written by its compiled writer", () => {
    fc.assert(
      fc.property(eventsOf(type, entry.payload), (event) => {
        expect(textOf(event)).toBe(ofSuperjson(event));
        expect(writtenEvent(event)).toBeDefined();
      }),
    );
  });
});

describe('the text of an event', () => {
  it("is superjson's, whatever is in the event", () => {
    fc.assert(
      fc.property(fc.oneof(anyAlmost, anyAlmost.chain(almost)), (event) => {
        expect(outcome(() => textOf(event))).toEqual(outcome(() => ofSuperjson(event)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is superjson's where one thing is there twice", () => {
    const updatedAt = new Date(0);
    const offer = { updatedAt, completedBy: [] };
    const participant = { user: { id: 'a' } };
    const events = [
      { type: 'offer-update', payload: { offer, updatedAt } },
      { type: 'joined', payload: { participants: Array.from({ length: 20 }, () => participant) } },
    ];
    for (const event of events) {
      expect(writtenEvent(event)).toBeUndefined();
      expect(textOf(event)).toBe(ofSuperjson(event));
    }
  });

  it("is superjson's for a host's own", () => {
    const event = { type: 'listing-sold', payload: { at: new Date(0), to: new Set(['a']) } };
    expect(textOf(event)).toBe(ofSuperjson(event));
  });

  it('is read as superjson reads it', () => {
    fc.assert(
      fc.property(fc.oneof(anyEvent, anyAlmost.filter(isSent)), (event) => {
        expect(outcome(() => decodeEvent(encodeEvent(event)))).toEqual(
          outcome(() => superjson.parse<{ data: unknown }>(ofSuperjson(event)).data),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the frame of a tracked event', () => {
  it('is the one that tRPC sends', async () => {
    await using peer = await openPeer();
    const events = fc.array(fc.oneof(anyEvent, anyAlmost.filter(isSent)), { minLength: 1, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(events, fc.nat(), async (told, seq) => {
        const { id, frames } = await peer.send(String(seq), told);
        expect(frames).toEqual(
          told.map((event) => `{"id":${id},"result":${trackedText(String(seq), encodeEvent(event))}}`),
        );
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['names its own fields as superjson does', { a: 1, meta: { values: { x: ['Date'] }, v: 1 } }],
    ['says in words what superjson says', { text: '"},"meta":{"values":{"text":["Date"]},"v":1}}' }],
    ['has its annotations below one', new Map([['a', { at: new Date(0) }]])],
    ['has names with dots in them', { 'a.b': { 'c.': new Date(0) }, meta: { d: new Date(1) } }],
    ['has nothing', undefined],
    ['is a date', new Date(0)],
    ['says and annotates what is not ASCII', { für: { 'größer 🙂': new Date(0) }, text: 'あ' }],
  ])('is the same where the payload %s', async (_, payload) => {
    await using peer = await openPeer();
    const event = { type: 'noticed', payload };
    const { id, frames } = await peer.send('7', [event]);
    expect(frames).toEqual([`{"id":${id},"result":${trackedText('7', encodeEvent(event))}}`]);
  });
});

function textOf(event: Told): string {
  const { body, meta } = encodeEvent(event);
  return `{"json":{"data":${body}}${meta === undefined ? '' : `,"meta":${meta}`}}`;
}

const ofSuperjson = (event: Told): string => superjson.stringify({ data: event });

function outcome(act: () => unknown): unknown {
  try {
    return { text: act() };
  } catch (error) {
    return { message: (error as Error).message };
  }
}

const isSent = (event: Told): boolean => 'text' in (outcome(() => superjson.stringify(event)) as object);

/** A stock tRPC server, and a socket that reads what it sends. */
async function openPeer() {
  const trpc = initTRPC.create({ transformer });
  let given: { seq: string; events: readonly Told[] } = { seq: '0', events: [] };
  const router = trpc.router({
    watch: trpc.procedure.subscription(async function* () {
      for (const event of given.events) yield tracked(given.seq, event);
    }),
  });
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  applyWSSHandler({ wss: server, router });
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(socket, 'open');
  let id = 0;
  return {
    async send(seq: string, events: readonly Told[]) {
      given = { seq, events };
      id += 1;
      const frames: string[] = [];
      const stopped = new Promise<void>((resolve) => {
        socket.on('message', function read(bytes: Buffer) {
          const frame = bytes.toString();
          if (frame.includes('"result":{"type":"started"')) return;
          if (!frame.includes('"result":{"type":"stopped"')) frames.push(frame);
          if (frame.includes('"result":{"type":"data"')) return;
          socket.off('message', read);
          resolve();
        });
      });
      socket.send(JSON.stringify({ id, method: 'subscription', params: { path: 'watch' } }));
      await stopped;
      return { id, frames };
    },
    async [Symbol.asyncDispose]() {
      socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
