import type { Contestant, Trial } from '../../frame/trial.ts';
import { count } from '../../table.ts';
import { deliveryBout, type Load } from '../bout.ts';
import { KINDS, type Pool, type SubjectKind } from '../pool.ts';
import { flatWhen, type Scale } from '../scale.ts';

/** Readers of one room, one event at a time and in bursts. */
export function oneRoom(pool: Pool, { quick, share, grown, ifGrown, binaries }: Scale): Trial {
  const seating = { people: 100, perRoom: 100, devices: quick ? 2 : 10 };
  const readers = count(seating.people * seating.devices);
  const fanOut: Load = { perTurn: 1, turns: 20, batches: 5 };
  const bursts: Load = { perTurn: 50, turns: 1, batches: 2 };
  const contestant = (kind: SubjectKind, rows: Readonly<Record<string, Load>>): Contestant => ({
    ...kind,
    enter: async () => {
      const seated = await pool.seat({ kind, subject: await pool.subject(kind), seating });
      return deliveryBout(pool, seated, { rows, share: share * (kind.share ?? 1) });
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
          flatWhen(grown),
        ],
      },
      {
        name: 'bursts',
        title: `Bursts to ${readers} readers of one room`,
        unit: 'CPU milliseconds of the subject for 100 000 deliveries; 50 events in each turn of its event loop',
        goals: [{ than: 'ws', atMost: 0.15 }, flatWhen(grown)],
      },
    ],
    contestants: [
      ...[KINDS.parley, ...ifGrown, KINDS.ws, KINDS.socketIo, ...binaries, KINDS.trpcWs].map((kind) =>
        contestant(kind, { 'fan-out': fanOut, bursts }),
      ),
      contestant(KINDS.trpcSse, { 'fan-out': fanOut }),
    ],
    notes: binaries.map(
      ({ title }) =>
        `The turns are those of the back end: ${title} writes together what is there when it comes to a connection, also of several requests.`,
    ),
  };
}
