// Rooms of two, each on a connection of their own: what the one sends arrives at the other.
import { TALKS, type Talker } from './talk.ts';
import { roomAt } from './town.ts';
import type { Draft, Sent } from './writer.ts';

const ARRIVAL_MS = 30_000;

export type TalkServer = keyof typeof TALKS;

interface Options {
  url: string;
  server: TalkServer;
  rooms: number;
}

export class Conversations {
  readonly #authors: Talker[] = [];
  /** What is on its way, by content, and what to call when it arrives. */
  readonly #underWay = new Map<string, () => void>();
  #times: Promise<number>[] = [];

  /** Resolves when everybody sits. */
  static async join({ url, server, rooms }: Options): Promise<Conversations> {
    const conversations = new Conversations();
    const sit = async (room: number) => {
      const { author, reader } = roomAt(room);
      const seat = { url, room, hear: () => undefined };
      const [talker] = await Promise.all([
        TALKS[server]({ ...seat, person: author }),
        TALKS[server]({ ...seat, person: reader, hear: (content) => conversations.#hear(content) }),
      ]);
      return talker;
    };
    conversations.#authors.push(
      ...(await Promise.all(Array.from({ length: rooms }, (_, room) => sit(room)))),
    );
    return conversations;
  }

  send(room: number, draft: Draft): Promise<Sent> {
    const author = this.#authors[room];
    if (author === undefined) throw new Error(`nobody sits in room ${room}`);
    const begin = performance.now();
    const arriving = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${draft.clientId} has not arrived`)), ARRIVAL_MS);
      this.#underWay.set(draft.content, () => {
        clearTimeout(timer);
        resolve(performance.now() - begin);
      });
    });
    // Seen when the times are taken.
    arriving.catch(() => undefined);
    this.#times.push(arriving);
    return author.send(draft);
  }

  /** How long each has taken to arrive since this was last asked; rejects where one has not. */
  takeTimes(): Promise<number[]> {
    const times = this.#times;
    this.#times = [];
    return Promise.all(times);
  }

  #hear(content: string): void {
    const arrived = this.#underWay.get(content);
    // Nothing comes twice, and nothing that nobody has sent.
    if (arrived === undefined) throw new Error(`heard what is not on its way: ${content}`);
    this.#underWay.delete(content);
    arrived();
  }
}
