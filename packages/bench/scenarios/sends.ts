// What a send costs from one end to the other: over HTTP, and until somebody else has it.
import { trialScenario } from '../frame/trial-scenario.ts';
import type { Trial } from '../frame/trial.ts';
import type { BenchOptions } from '../scenario.ts';
import type { ParleyPlaces } from '../subjects.ts';
import { arrivalBout, restBout, type FullRates } from '../writes/served-bouts.ts';
import { SERVER_TITLES } from '../writes/titles.ts';

const ABOUT = `
How long is it from a send until somebody else has the message, which is kept by then? And what does a send over REST cost the server?

Parley is its real server. Its peers write the same rows, with one statement through Prisma's \`$queryRaw\`: Socket.IO tells the room when it is written, and the route of Fastify answers; it checks nothing, not even who calls. The clients speak each protocol by hand, on connections that stay. After each round everything that was acknowledged is looked for in the database.
`.trim();

export const sends = trialScenario({
  title: 'Sends from end to end',
  about: ABOUT,
  prepare: ({ places }, options) =>
    Promise.resolve({
      trials: [arrival(places, options), rest(places, options)],
      leftOut: [],
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
});

function arrival(places: ParleyPlaces, { quick }: BenchOptions): Trial {
  const rates: FullRates = new Map();
  return {
    title: 'From a send to its arrival',
    rows: (['p50', 'p99'] as const).map((name) => ({
      name,
      title: `From a send until the other one in the room has it, persisted, ${name}`,
      unit: 'Milliseconds, 64 rooms of two, at the same rate for both: half of what the slower of them takes',
      digits: 2,
      goals: [{ than: 'socket-io', atMost: 1 }],
    })),
    contestants: (['parley', 'socket-io'] as const).map((server) => ({
      name: server,
      title: SERVER_TITLES[server],
      enter: async () => arrivalBout(await places.next(), server, { rates, ms: quick ? 1_000 : 3_000 }),
    })),
  };
}

function rest(places: ParleyPlaces, { quick }: BenchOptions): Trial {
  return {
    title: 'Sends over REST',
    rows: [
      {
        name: 'rest',
        title: 'A send over REST',
        unit: 'CPU milliseconds of the server for 1 000 sends, 64 at once',
        goals: [{ than: 'fastify', atMost: 1.3 }],
      },
    ],
    contestants: (['parley', 'fastify'] as const).map((server) => ({
      name: server,
      title: SERVER_TITLES[server],
      enter: async () => restBout(await places.next(), server, quick ? 500 : 5_000),
    })),
  };
}
