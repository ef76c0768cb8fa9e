// A server in a process of its own, and another one that sends to it.
import { quantile } from '../frame/figures.ts';
import { WrongAnswer, type Bout } from '../frame/trial.ts';
import { startServant, type Servant } from '../servant.ts';
import { accept } from './bout.ts';
import type { TalkServer } from './conversations.ts';
import type { RestServer } from './posts.ts';
import type { LoadApi } from './run-load.ts';
import type { ServedApi, ServerName } from './run-served.ts';
import type { Place } from './town.ts';

const SERVED = new URL('run-served.ts', import.meta.url);
const LOAD = new URL('run-load.ts', import.meta.url);
const ROOMS = 64;
const AT_ONCE = 64;

interface Pair extends AsyncDisposable {
  served: Servant<ServedApi>;
  load: Servant<LoadApi>;
}

async function startPair(
  order: { place: Place; server: ServerName },
  ready: (load: Pair['load'], url: string) => Promise<unknown>,
): Promise<Pair> {
  const served = startServant<ServedApi>(SERVED, 'subject');
  const load = startServant<LoadApi>(LOAD, 'generator');
  const end = async () => void (await Promise.all([load, served].map((one) => one[Symbol.asyncDispose]())));
  try {
    const { url } = await served.ask('start', { ...order, rooms: ROOMS });
    await ready(load, url);
    return { served, load, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** @throws WrongAnswer where something that was acknowledged is missing */
async function prove({ served, load }: Pair): Promise<void> {
  accept(await served.ask('prove', { acknowledged: await load.ask('acknowledged', {}) }));
}

/** Its figure is `rest`: CPU milliseconds of the server for 1 000 sends. */
export async function restBout(place: Place, server: RestServer, count: number): Promise<Bout> {
  const pair = await startPair({ place, server }, (load, url) =>
    load.ask('post', { url, server, rooms: ROOMS }),
  );
  const { served, load } = pair;
  return {
    async round() {
      const before = await served.usage();
      await load.ask('send', { count, atOnce: AT_ONCE });
      const after = await served.usage();
      await prove(pair);
      return { rest: ((after.cpuMs - before.cpuMs) / count) * 1_000 };
    },
    [Symbol.asyncDispose]: () => pair[Symbol.asyncDispose](),
  };
}

/** What each server manages when it is given as much as it takes, by its name. */
export type FullRates = Map<TalkServer, number>;

/** Its figures are `p50` and `p99` of the milliseconds until a message has arrived, at half of the least full rate. */
export async function arrivalBout(
  place: Place,
  server: TalkServer,
  { rates, ms }: { rates: FullRates; ms: number },
): Promise<Bout> {
  const pair = await startPair({ place, server }, (load, url) =>
    load.ask('talk', { url, server, rooms: ROOMS }),
  );
  const { load } = pair;
  await load.ask('flood', { atOnce: AT_ONCE, ms: ms / 2 });
  rates.set(server, await load.ask('flood', { atOnce: AT_ONCE, ms }));
  return {
    async round() {
      const rate = Math.min(...rates.values()) / 2;
      const times = await load.ask('pace', { rate, ms }).catch((error: Error) => {
        throw new WrongAnswer(error.message);
      });
      await prove(pair);
      return { rate, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
    },
    [Symbol.asyncDispose]: () => pair[Symbol.asyncDispose](),
  };
}
