// The same sends where there is much already: one process and one database, so that only the room differs.
import { median } from '../frame/figures.ts';
import { PARLEY, type Contestant, type Trial } from '../frame/trial.ts';
import type { Servant } from '../servant.ts';
import type { ParleyPlaces } from '../subjects.ts';
import { count } from '../table.ts';
import { prove, startWriter } from './bout.ts';
import type { WriteApi } from './run-writes.ts';
import { BUSY_ROOM, LONG_ROOM } from './town.ts';

/** As flat as what is measured twice. */
const FLAT = 1.2;

interface GrowthSize {
  /** Of the long room. */
  messages: number;
  /** Of each of the busy people. */
  talks: number;
  /** Sends one by one in each round. */
  lone: number;
}

export class Growth implements AsyncDisposable {
  readonly trial: Trial;
  readonly #places: ParleyPlaces;
  readonly #size: GrowthSize;
  #started: Promise<Servant<WriteApi>> | undefined;

  constructor(places: ParleyPlaces, size: GrowthSize) {
    this.#places = places;
    this.#size = size;
    this.trial = {
      title: 'Sends where there is much already',
      rows: [
        {
          name: 'lone',
          title: 'A lone send, as things grow',
          unit: 'Milliseconds until it is acknowledged, the median of many one after the other',
          digits: 2,
          goals: [
            { of: 'long', than: PARLEY, atMost: FLAT },
            { of: 'busy', than: PARLEY, atMost: FLAT },
          ],
        },
      ],
      contestants: [
        this.#contestant(PARLEY, 'Parley, a new room of new people', 0),
        this.#contestant('long', `Parley, a room of ${count(size.messages)} messages`, LONG_ROOM),
        this.#contestant('busy', `Parley, people of ${count(size.talks)} talks`, BUSY_ROOM),
      ],
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const servant = await this.#started?.catch(() => undefined);
    await servant?.[Symbol.asyncDispose]();
  }

  #contestant(name: string, title: string, into: number): Contestant {
    return {
      name,
      title,
      enter: async () => {
        const servant = await (this.#started ??= this.#start());
        return {
          round: async () => {
            const lone = median(await servant.ask('oneByOne', { into, count: this.#size.lone }));
            await prove(servant);
            return { lone };
          },
          // All three share it.
          [Symbol.asyncDispose]: () => Promise.resolve(),
        };
      },
    };
  }

  async #start(): Promise<Servant<WriteApi>> {
    const { messages, talks } = this.#size;
    const place = await this.#places.next();
    return startWriter({ place, writer: 'parley', size: { rooms: 3, messages, talks }, seed: 1 });
  }
}
