// A peer that does not read, with a subscription: what is durable waits in the log, what is ephemeral is dropped, and
// whoever stays away for too long is sent away to come again.
import { request, type IncomingMessage } from 'node:http';

import { describe, expect, it } from 'vitest';

import { ManualClock } from '../core/testing/manual-clock.ts';
import { oneDatabase } from '../core/testing/one-database.ts';
import { openEdge, pass, until, type Edge, type Person } from './testing/edge.ts';
import type { Peer } from './testing/peer.ts';

declare module '@parley/server' {
  interface HostRoomEvents {
    ballast: { text: string };
  }
}

const database = oneDatabase();

const BALLAST = 'x'.repeat(200_000);

interface Room {
  edge: Edge;
  ana: Person;
  ben: Person;
  conversationId: string;
}

async function openRoom(edge: Edge): Promise<Room> {
  const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
  return { edge, ana, ben, conversationId: await edge.conversation(ana, ben) };
}

const dropped = async ({ parley }: Edge): Promise<number> => {
  const { values } = await parley.services.metrics.eventsDropped.get();
  return values.find(({ labels }) => labels.cause === 'slow_reader')?.value ?? 0;
};

/** Tells a room that is not read from so much that it is dropped. */
async function congest({ edge, conversationId }: Room): Promise<void> {
  const before = await dropped(edge);
  await until(async () => {
    for (let sent = 0; sent < 10; sent += 1)
      edge.parley.broadcastToConversation(conversationId, 'ballast', { text: BALLAST });
    return (await dropped(edge)) > before;
  });
}

/** Something durable, then something that is not. */
async function say({ edge, ben, conversationId }: Room, contents: readonly string[]): Promise<void> {
  for (const content of contents) {
    const sent = await edge.call(ben, 'mutation', 'messages.send', { conversationId, content });
    expect(sent.status).toBe(200);
  }
  const before = await dropped(edge);
  edge.parley.broadcastToConversation(conversationId, 'typing', {
    userId: ben.id,
    username: 'ben',
    conversationId,
    isTyping: true,
  });
  await expect.poll(() => dropped(edge)).toBe(before + 1);
}

describe('a socket with a subscription that is not read', () => {
  it('misses what is ephemeral, and nothing that is durable', async () => {
    await using edge = await openEdge(database, { edgeLimits: { bufferedBytes: 65_536 } });
    const room = await openRoom(edge);
    await using peer = await edge.peer(room.ana);
    const id = peer.start('subscription', 'conversations.events', { conversationId: room.conversationId });
    await peer.event(id, 'joined');
    peer.socket.pause();
    await congest(room);
    await say(room, ['one', 'two', 'three']);
    peer.socket.resume();
    await peer.until(() => contents(peer).length === 3);
    expect(contents(peer)).toEqual(['one', 'two', 'three']);
    expect(typesOf(peer)).not.toContain('typing');
    expect(edge.lines.some(({ msg }) => msg === 'slow peer')).toBe(false);
  });

  it('is closed with 1013 in time, and loses nothing by it', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, {
      clock,
      edgeLimits: { bufferedBytes: 65_536, stallMs: 1_000 },
    });
    const room = await openRoom(edge);
    const { conversationId } = room;
    await using peer = await edge.peer(room.ana);
    const id = peer.start('subscription', 'conversations.events', { conversationId });
    const joined = await peer.event(id, 'joined');
    peer.socket.pause();
    await congest(room);
    await say(room, ['one', 'two']);
    clock.advance(1_000);
    await until(() => edge.lines.some(({ msg }) => msg === 'slow peer'));
    peer.socket.resume();
    expect(await peer.closed).toEqual({ code: 1013, reason: 'slow reader' });
    expect(contents(peer)).toEqual([]);

    await using again = await edge.peer(room.ana);
    const params = { path: 'conversations.events', input: { json: { conversationId } } };
    again.send({ id: 1, method: 'subscription', params: { ...params, lastEventId: joined.id } });
    await again.until(() => contents(again).length === 2);
    expect(contents(again)).toEqual(['one', 'two']);
  });

  it('has its time to read also when nobody is owed an answer', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, {
      clock,
      edgeLimits: { bufferedBytes: 65_536, stallMs: 200 },
    });
    const room = await openRoom(edge);
    await using peer = await edge.peer(room.ana);
    const id = peer.start('subscription', 'conversations.events', { conversationId: room.conversationId });
    await peer.event(id, 'joined');
    peer.socket.pause();
    // Ephemeral events alone, the last of them over the bound.
    await congest(room);
    clock.advance(200);
    await until(() => edge.lines.some(({ msg }) => msg === 'slow peer'));
    peer.socket.resume();
    expect((await peer.closed).code).toBe(1013);
  });

  it('is not taken for a dead one while it may still read', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, {
      clock,
      edgeLimits: { bufferedBytes: 65_536, pingMs: 300, pongMs: 700, stallMs: 2_000 },
    });
    const room = await openRoom(edge);
    await using peer = await edge.peer(room.ana, { pongs: true });
    const id = peer.start('subscription', 'conversations.events', { conversationId: room.conversationId });
    await peer.event(id, 'joined');
    peer.socket.pause();
    await congest(room);
    clock.advance(2_000);
    await until(() => edge.lines.some(({ msg }) => msg === 'slow peer' || msg === 'socket closed'));
    expect(edge.lines.some(({ msg }) => msg === 'slow peer')).toBe(true);
    peer.socket.resume();
    expect((await peer.closed).code).toBe(1013);
  });
});

describe('an event stream that is not read', () => {
  it('misses what is ephemeral, and nothing that is durable', async () => {
    await using edge = await openEdge(database);
    const room = await openRoom(edge);
    await using stream = await Unread.open(room);
    await congest(room);
    await say(room, ['one', 'two', 'three']);
    stream.read();
    await until(() => stream.text.includes('"three"'));
    const told = [...stream.text.matchAll(/"content":"(\w+)"/g)].map(([, content]) => content);
    expect(told).toEqual(['one', 'two', 'three']);
    expect(stream.text.includes('"type":"typing"')).toBe(false);
  });

  it('is cut off in time, and loses nothing by it', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, { clock, edgeLimits: { stallMs: 1_000 } });
    const room = await openRoom(edge);
    await using stream = await Unread.open(room);
    const { lastEventId } = stream;
    await congest(room);
    await say(room, ['one', 'two']);
    await until(async () => {
      clock.advance(250);
      return !(await edge.parley.isUserOnline(room.ana.id));
    });
    await using again = await Unread.open(room, lastEventId);
    again.read();
    await until(() => again.text.includes('"two"'));
    const told = [...again.text.matchAll(/"content":"(\w+)"/g)].map(([, content]) => content);
    expect(told).toEqual(['one', 'two']);
  });

  it('stays when it reads again before its time is over, again and again', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, { clock, edgeLimits: { stallMs: 800 } });
    const room = await openRoom(edge);
    await using stream = await Unread.open(room);
    for (const content of ['one', 'two', 'three', 'four']) {
      await congest(room);
      clock.advance(600);
      stream.read();
      await edge.call(room.ben, 'mutation', 'messages.send', {
        conversationId: room.conversationId,
        content,
      });
      await until(() => stream.text.includes(`"${content}"`));
      stream.stop();
    }
    expect(await edge.parley.isUserOnline(room.ana.id)).toBe(true);
    await congest(room);
    await until(async () => {
      clock.advance(200);
      return !(await edge.parley.isUserOnline(room.ana.id));
    });
    await pass(clock, edge.parley.close());
  });
});

interface Value {
  id: string;
  data: { type: string; payload: { content?: string } };
}

const valuesOf = (peer: Peer): Value[] =>
  peer.frames.flatMap(({ result }) => (result?.type === 'data' ? [result.data?.json as Value] : []));
const typesOf = (peer: Peer) => valuesOf(peer).map(({ data }) => data.type);
const contents = (peer: Peer) =>
  valuesOf(peer).flatMap(({ data }) => (data.type === 'message' ? [data.payload.content] : []));

/** A room over server-sent events, not read from once it is joined until told to. */
class Unread implements AsyncDisposable {
  text = '';
  readonly #response: IncomingMessage;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding('utf8').on('data', (text: string) => (this.text += text));
    response.on('error', () => undefined);
  }

  static async open({ edge, ana, conversationId }: Room, lastEventId?: string): Promise<Unread> {
    const input = encodeURIComponent(JSON.stringify({ json: { conversationId } }));
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${edge.url}/trpc/conversations.events?input=${input}`, {
        headers: {
          accept: 'text/event-stream',
          authorization: `Bearer ${ana.token}`,
          ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
        },
      })
        .once('response', resolve)
        .on('error', reject)
        .end();
    });
    const stream = new Unread(response);
    await until(() => stream.text.includes('"joined"'));
    stream.stop();
    return stream;
  }

  /** Of the last event that was read. */
  get lastEventId(): string {
    return [...this.text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '';
  }

  read(): void {
    this.#response.resume();
  }

  stop(): void {
    this.#response.pause();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#response.destroy();
    return Promise.resolve();
  }
}
