// What it costs to deliver, beside the peers: CPU, memory and time of events that are there already.
import { deliveryBout, seat, type Load } from '../delivery/bout.ts';
import { KINDS, Pool, type SubjectKind } from '../delivery/pool.ts';
import { trialScenario } from '../frame/trial-scenario.ts';
import type { Contestant, Trial } from '../frame/trial.ts';
import type { BenchOptions } from '../scenario.ts';
import { count } from '../table.ts';

const ABOUT = `
What does it cost to bring an event to whoever is to be told? Each subject is a process of its own, and is given the same events, of about 350 bytes as JSON; where they come from is not measured (see the scenario \`writes\`).

Parley is its real server: rooms, people, tokens and subscriptions as in use, and its events come on its bus, as from another node. The peers are built as their own documentation shows.
`.trim();

export const delivery = trialScenario({
  title: 'Delivery',
  about: ABOUT,
  prepare: (subjects, options) => {
    const pool = new Pool(subjects.places);
    return Promise.resolve({
      trials: [oneRoom(pool, options)],
      leftOut: [],
      [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
    });
  },
});

const PEERS = [KINDS.ws, KINDS.socketIo, KINDS.trpcWs];

function oneRoom(pool: Pool, { quick }: BenchOptions): Trial {
  const seating = { people: 100, perRoom: 100, devices: quick ? 2 : 10 };
  const readers = count(seating.people * seating.devices);
  const fanOut: Load = { perTurn: 1, turns: 20, batches: 5 };
  const bursts: Load = { perTurn: 50, turns: 2, batches: 2 };
  const contestant = (kind: SubjectKind, rows: Readonly<Record<string, Load>>): Contestant => ({
    ...kind,
    enter: async () => {
      const seated = await seat({ pool, kind, subject: await pool.subject(kind), seating });
      return deliveryBout(pool, seated, { rows, share: kind.share });
    },
  });
  return {
    title: `${readers} readers of one room`,
    rows: [
      {
        name: 'fan-out',
        title: `Fan-out to ${readers} readers of one room`,
        unit: 'CPU milliseconds of the subject for 100 000 deliveries; one event in each turn of its event loop',
        goals: [
          { than: 'ws', atMost: 0.9 },
          { than: 'socket-io', atMost: 0.7 },
          { than: 'trpc-ws', atMost: 0.11 },
        ],
      },
      {
        name: 'bursts',
        title: `Bursts to ${readers} readers of one room`,
        unit: 'CPU milliseconds of the subject for 100 000 deliveries; 50 events in each turn of its event loop',
        goals: [{ than: 'ws', atMost: 0.15 }],
      },
    ],
    contestants: [
      ...[KINDS.parley, ...PEERS].map((kind) => contestant(kind, { 'fan-out': fanOut, bursts })),
      contestant(KINDS.trpcSse, { 'fan-out': fanOut }),
    ],
  };
}
