// The process that sends come from, to a server in another one.
import { setTimeout as pause } from 'node:timers/promises';

import { serve } from '../servant.ts';
import { Conversations, type TalkServer } from './conversations.ts';
import { Sender, type Acknowledged } from './flood.ts';
import { posts, type RestServer } from './posts.ts';

export interface LoadApi extends Record<string, (order: never) => unknown> {
  /** Posts from here on. */
  post(order: { url: string; server: RestServer; rooms: number }): void;
  /** Has two people sit in each room, and sends from here on as the one of them. */
  talk(order: { url: string; server: TalkServer; rooms: number }): Promise<void>;
  /** Sends so many, so many at once. */
  send(order: { count: number; atOnce: number }): Promise<void>;
  /** @returns sends a second, so many at once; everything has also arrived */
  flood(order: { atOnce: number; ms: number }): Promise<number>;
  /** @returns milliseconds from each send, at this rate a second, until the other one in the room has it */
  pace(order: { rate: number; ms: number }): Promise<number[]>;
  acknowledged(order: object): Acknowledged;
}

interface Load {
  sender: Sender;
  /** One room after the other. */
  next: () => number;
  conversations?: Conversations;
}

let load: Load | undefined;

function known(): Load {
  if (load === undefined) throw new Error('nobody is there to send');
  return load;
}

function roundRobin(rooms: number): () => number {
  let last = -1;
  return () => (last = (last + 1) % rooms);
}

serve<LoadApi>({
  post({ url, server, rooms }) {
    load = { sender: new Sender(posts(url, server, rooms)), next: roundRobin(rooms) };
  },
  async talk(order) {
    const conversations = await Conversations.join(order);
    const sender = new Sender((room, draft) => conversations.send(room, draft));
    load = { sender, next: roundRobin(order.rooms), conversations };
  },
  async send({ count, atOnce }) {
    const { sender, next } = known();
    let begun = 0;
    const line = async () => {
      while (begun < count) {
        begun += 1;
        await sender.send(next());
      }
    };
    await Promise.all(Array.from({ length: atOnce }, line));
  },
  async flood(order) {
    const { sender, next, conversations } = known();
    const rate = await sender.flood(next, order);
    await conversations?.takeTimes();
    return rate;
  },
  async pace({ rate, ms }) {
    const { sender, next, conversations } = known();
    const [begin, sends] = [performance.now(), [] as Promise<void>[]];
    for (;;) {
      const now = Math.min(ms, performance.now() - begin);
      while (sends.length < (now * rate) / 1_000) sends.push(sender.send(next()));
      if (now === ms) break;
      await pause(1);
    }
    await Promise.all(sends);
    return (await conversations?.takeTimes()) ?? [];
  },
  acknowledged: () => known().sender.acknowledged,
});
