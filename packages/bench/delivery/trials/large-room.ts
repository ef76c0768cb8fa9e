import type { Contestant, Trial } from '../../frame/trial.ts';
import { count } from '../../table.ts';
import { deliver, type Load } from '../bout.ts';
import { KINDS, type Pool, type SubjectKind } from '../pool.ts';

/** Ten times the readers that {@link oneRoom} has. */
const SEATING = { people: 100, perRoom: 100, devices: 100 };
const FIRST: Load = { perTurn: 1, turns: 2, batches: 1 };
const LOAD: Load = { perTurn: 1, turns: 4, batches: 5 };

/** Readers of one room of whom there are so many that no cache of a processor holds them. */
export function largeRoom(pool: Pool): Trial {
  const contestant = (kind: SubjectKind): Contestant => ({
    ...kind,
    enter: async () => {
      const subject = await pool.subject(kind);
      return {
        async round() {
          // The generator has no room for the readers of several at a time.
          await using seated = await pool.seat({ kind, subject, seating: SEATING });
          await deliver(pool, seated, FIRST);
          return { 'large-room': await deliver(pool, seated, LOAD) };
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    },
  });
  const readers = count(SEATING.people * SEATING.devices);
  return {
    title: `${readers} readers of one room`,
    rows: [
      {
        name: 'large-room',
        title: `Fan-out to ${readers} readers of one room`,
        unit: 'CPU milliseconds of the subject for 100 000 deliveries; one event in each turn of its event loop',
        goals: [{ than: 'ws', atMost: 0.9 }],
      },
    ],
    contestants: [KINDS.parley, KINDS.ws, KINDS.socketIo].map(contestant),
    notes: [
      'A delivery costs everyone more than one to a thousand does: what the system and the subject keep of so many sockets does not fit the caches of a processor.',
    ],
  };
}
