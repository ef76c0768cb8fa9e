// Sends at once, and one by one; what was acknowledged is kept, to be looked for in the database.
import type { Draft, Sent } from './writer.ts';

const CONTENT =
  'something of some two hundred characters, as people write it to each other when they have a thing to say, '.repeat(
    2,
  );

/** The seq of each message that was acknowledged, by the room's number. */
export type Acknowledged = Map<number, number[]>;

export type Send = (room: number, draft: Draft) => Promise<Sent>;

/** Sends new messages, and keeps what becomes of them. */
export class Sender {
  readonly acknowledged: Acknowledged = new Map();
  readonly #send: Send;
  #drafts = 0;

  constructor(send: Send) {
    this.#send = send;
  }

  async send(room: number): Promise<void> {
    this.#drafts += 1;
    const clientId = `${process.pid}-${this.#drafts}`;
    const { seq } = await this.#send(room, { clientId, content: `${clientId} ${CONTENT}` });
    const seqs = this.acknowledged.get(room);
    if (seqs === undefined) this.acknowledged.set(room, [seq]);
    else seqs.push(seq);
  }

  /** @returns what was acknowledged in a second, of so many that are under way at any time */
  async flood(next: () => number, { atOnce, ms }: { atOnce: number; ms: number }): Promise<number> {
    const begin = performance.now();
    const isOver = () => performance.now() - begin >= ms;
    let count = 0;
    const line = async () => {
      while (!isOver()) {
        await this.send(next());
        if (!isOver()) count += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, line));
    return (count * 1_000) / ms;
  }

  /** @returns how long each took, in milliseconds, one after the other */
  async oneByOne(next: () => number, count: number): Promise<number[]> {
    const times: number[] = [];
    for (let sent = 0; sent < count; sent += 1) {
      const begin = performance.now();
      await this.send(next());
      times.push(performance.now() - begin);
    }
    return times;
  }
}
