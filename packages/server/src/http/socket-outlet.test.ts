import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { HELD_BYTES, SocketOutlet } from './socket-outlet.ts';
import { TurnWrites } from './turn-writes.ts';

interface End {
  socket: WebSocket;
  outlet: SocketOutlet;
  /** What has been written to the stream beneath, one by one. */
  written: Buffer[];
  /** What has come at the other end. */
  texts: string[];
  peer: WebSocket;
}

const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('the outlet of a socket', () => {
  const writes = new TurnWrites();
  let server: WebSocketServer;
  let isBusy = false;
  beforeEach(async () => {
    isBusy = false;
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
  });
  afterEach(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });

  async function open(): Promise<End> {
    const connected = once(server, 'connection') as Promise<[WebSocket, { socket: Duplex }]>;
    const peer = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const texts: string[] = [];
    peer.on('message', (raw: Buffer) => texts.push(raw.toString()));
    const [socket, { socket: wire }] = await connected;
    const written: Buffer[] = [];
    const write = wire.write.bind(wire) as (bytes: Buffer) => boolean;
    wire.write = (bytes: Buffer) => {
      written.push(bytes);
      return write(bytes);
    };
    const holder = {
      ...{ socket, wire },
      get isBusy() {
        return isBusy;
      },
      full: () => undefined,
    };
    const outlet = new SocketOutlet(holder, writes);
    return { socket, outlet, written, texts, peer };
  }

  const say = ({ outlet }: End, text: string) => outlet.write(outlet.frame(text));

  it('writes what comes in one turn at once, and in order with what the socket sends', async () => {
    const end = await open();
    for (const text of ['a', 'b', 'c']) say(end, text);
    expect(end.written).toEqual([]);
    await endOfTurn();
    expect(end.written).toHaveLength(1);
    say(end, 'd');
    end.outlet.flush();
    end.socket.send('e');
    say(end, 'f');
    await expect.poll(() => end.texts).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('writes the first of a turn as soon as whoever said it is done, and what comes later at its end', async () => {
    const end = await open();
    await endOfTurn();
    say(end, 'a');
    await Promise.resolve().then(() => say(end, 'b'));
    expect(end.written).toEqual([]);
    await new Promise((resolve) => process.nextTick(resolve));
    expect(end.written).toHaveLength(1);
    for (const text of ['c', 'd']) {
      say(end, text);
      await new Promise((resolve) => process.nextTick(resolve));
    }
    expect(end.written).toHaveLength(1);
    await endOfTurn();
    expect(end.written).toHaveLength(2);
    await expect.poll(() => end.texts).toEqual(['a', 'b', 'c', 'd']);
  });

  it('makes what many are written in the same order into bytes once', async () => {
    const ends = [await open(), await open(), await open()] as const;
    const [first] = ends;
    const [one, two] = [first.outlet.frame('one'), first.outlet.frame('two')];
    for (const frame of [one, two]) for (const { outlet } of ends) outlet.write(frame);
    say(ends[2], 'other');
    await endOfTurn();
    expect(ends[1].written[0]).toBe(first.written[0]);
    for (const end of ends.slice(0, 2)) await expect.poll(() => end.texts).toEqual(['one', 'two']);
    await expect.poll(() => ends[2].texts).toEqual(['one', 'two', 'other']);
  });

  it.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('writes a text of %i bytes as it is', async (bytes) => {
    const end = await open();
    const text = `${'ü'.repeat(Math.floor(bytes / 2))}${'x'.repeat(bytes % 2)}`;
    say(end, text);
    await expect.poll(() => end.texts).toEqual([text]);
  });

  it('holds back so much and no more', async () => {
    const end = await open();
    say(end, 'x'.repeat(HELD_BYTES));
    expect(end.written).toHaveLength(1);
    say(end, 'y');
    expect(end.written).toHaveLength(1);
    await expect.poll(() => end.texts.length).toBe(2);
  });

  it('writes nothing to a peer that is to be waited for, and goes on after it', async () => {
    const end = await open();
    isBusy = true;
    expect(say(end, 'before')).toBe(true);
    end.outlet.suspect();
    expect(say(end, 'meanwhile')).toBe(false);
    isBusy = false;
    expect(say(end, 'after')).toBe(true);
    await expect.poll(() => end.texts).toEqual(['before', 'after']);
  });

  it('writes nothing behind a close', async () => {
    const end = await open();
    say(end, 'late');
    end.socket.close(1000);
    await once(end.peer, 'close');
    expect(end.texts).toEqual([]);
  });
});
