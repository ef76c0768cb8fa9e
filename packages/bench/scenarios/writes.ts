// What it costs to keep a message, beside the peers: everything that belongs to it is committed before it counts.
import { trialScenario } from '../frame/trial-scenario.ts';
import type { Trial } from '../frame/trial.ts';
import type { BenchOptions } from '../scenario.ts';
import type { ParleyPlaces } from '../subjects.ts';
import { writeBout } from '../writes/bout.ts';
import { WRITER_TITLES } from '../writes/titles.ts';

const ABOUT = `
How many messages can be kept in a second, and how long does one take? A message is kept when everything that belongs to it is committed: its row, the room's log entry and head, the time of the room's last activity, and of each other person the unread count, the inbox's entry and its head.

Everyone writes these same rows into the same tables, in a database of their own on the same PostgreSQL, which is durable, with ten connections at most. Parley is its own rule in a whole server. Its peers are Prisma's interactive transaction, one statement by hand with Prisma's \`$queryRaw\`, and the same statement prepared with \`pg\`; "bare" writes the message and the counter alone. After each round everything that was acknowledged is looked for in the database: each message once, numbered without holes, with all that belongs to it.
`.trim();

export const writes = trialScenario({
  title: 'Persisted sends',
  about: ABOUT,
  prepare: ({ places }, options) =>
    Promise.resolve({
      trials: [...(places.isServed ? [served(places, options)] : []), embedded(places, options)],
      leftOut: places.isServed ? [] : ['what is written to PostgreSQL, which this machine has no server for'],
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
});

const ROOMS = 500;
const loadOf = ({ quick }: BenchOptions) => (quick ? { ms: 300, lone: 60 } : { ms: 2_000, lone: 300 });

function served(places: ParleyPlaces, options: BenchOptions): Trial {
  return {
    title: 'Sends on PostgreSQL',
    rows: [
      {
        name: 'rooms',
        title: 'Persisted sends over 500 rooms',
        unit: 'Sends a second, 64 at once, each into any room',
        goals: [
          { than: 'transaction', atLeast: 12 },
          { than: 'pg', atLeast: 2 },
          // 10 000 where `pg` does 7 000.
          { than: 'bare-pg', atLeast: 1.43 },
        ],
      },
      {
        name: 'room',
        title: 'Persisted sends into one room',
        unit: 'Sends a second, 64 at once',
        goals: [
          { than: 'transaction', atLeast: 15 },
          { than: 'pg', atLeast: 4 },
        ],
      },
      {
        name: 'lone',
        title: 'A lone send',
        unit: 'Milliseconds until it is acknowledged, the median of many one after the other',
        digits: 2,
        goals: [{ than: 'statement', atMost: 1.1 }],
      },
    ],
    contestants: (['parley', 'transaction', 'statement', 'pg', 'bare-pg'] as const).map((writer) => ({
      name: writer,
      title: WRITER_TITLES[writer],
      enter: async () =>
        writeBout(
          { place: await places.next(), writer, size: { rooms: ROOMS }, seed: options.seed ?? 1 },
          ['rooms', 'room', 'lone'],
          loadOf(options),
        ),
    })),
  };
}

function embedded(places: ParleyPlaces, options: BenchOptions): Trial {
  return {
    title: 'Sends on the embedded database',
    rows: [
      {
        name: 'rooms',
        title: 'Persisted sends, embedded',
        unit: 'Sends a second, 64 at once over 500 rooms, on PGlite in a directory',
        goals: [{ than: 'statement', atLeast: 8 }],
      },
    ],
    contestants: (['parley', 'statement'] as const).map((writer) => ({
      name: writer,
      title: WRITER_TITLES[writer],
      enter: () =>
        writeBout(
          { place: places.embedded(), writer, size: { rooms: ROOMS }, seed: options.seed ?? 1 },
          ['rooms'],
          loadOf(options),
        ),
    })),
  };
}
