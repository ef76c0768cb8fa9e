import { quantile } from '../../frame/figures.ts';
import { WrongAnswer, type Bout, type Contestant, type Trial } from '../../frame/trial.ts';
import { count } from '../../table.ts';
import { deliver, part, type Load } from '../bout.ts';
import { roomsOf } from '../hall.ts';
import { KINDS, type Pool, type SubjectKind } from '../pool.ts';
import { flatWhen, type Scale } from '../scale.ts';
import type { Seated } from '../seat.ts';

/** Events a second, over all rooms. */
const RATE = 1_000;

/** Many rooms of two: at full rate, one event of each at a time, and how long a delivery takes at a moderate rate. */
export function roomsOfTwo(pool: Pool, { quick, share, grown, ifGrown, binaries }: Scale): Trial {
  const rooms = quick ? 100 : 500;
  const seating = { people: 2 * rooms, perRoom: 2, devices: 1 };
  const loads = {
    rooms: { perTurn: 4 * rooms, turns: 5, batches: 5 },
    'rooms-sparse': { perTurn: rooms, turns: 5, batches: 5 },
  } satisfies Record<string, Load>;
  const events = quick ? 300 : 2_000;
  const contestant = (kind: SubjectKind): Contestant => ({
    ...kind,
    async enter(): Promise<Bout> {
      const parts = share * (kind.share ?? 1);
      const seated = await pool.seat({ kind, subject: await pool.subject(kind), seating });
      return {
        round: async () => ({
          rooms: await deliver(pool, seated, part(loads.rooms, parts)),
          'rooms-sparse': await deliver(pool, seated, part(loads['rooms-sparse'], parts)),
          ...(await latency(pool, seated, events)),
        }),
        [Symbol.asyncDispose]: () => seated[Symbol.asyncDispose](),
      };
    },
  });
  const title = `${count(rooms)} rooms of two`;
  return {
    title,
    rows: [
      {
        name: 'rooms',
        title: `${title} at full rate`,
        unit: 'CPU milliseconds of the subject for 100 000 deliveries; four events of each room in each turn of its event loop',
        goals: [{ than: 'ws', atMost: 0.5 }, { than: 'socket-io', atMost: 0.65 }, flatWhen(grown)],
      },
      {
        name: 'rooms-sparse',
        title: `${title}, one event of each in a turn`,
        unit: 'CPU milliseconds of the subject for 100 000 deliveries; no goal, since nothing can go out together',
        goals: [],
      },
      {
        name: 'latency-p50',
        title: `Latency at ${count(RATE)} events a second, p50`,
        unit: `Milliseconds from publishing to arrival at the generator, in ${title}`,
        goals: [{ than: 'socket-io', atMost: 1 }, flatWhen(grown)],
        digits: 3,
      },
      {
        name: 'latency-p99',
        title: `Latency at ${count(RATE)} events a second, p99`,
        unit: `Milliseconds from publishing to arrival at the generator, in ${title}`,
        goals: [{ than: 'socket-io', atMost: 1 }],
        digits: 3,
      },
    ],
    contestants: [KINDS.parley, ...ifGrown, KINDS.ws, KINDS.socketIo, ...binaries, KINDS.trpcWs].map(
      contestant,
    ),
  };
}

async function latency(pool: Pool, { subject, hall, audience, connections }: Seated, events: number) {
  await pool.generator.ask('keepArrivals', { audience });
  const told = pool.generator.ask('told', { audience, events: events / roomsOf(hall) });
  const paced = subject.servant.ask('pace', { hall, rate: RATE, events });
  const [{ first, stamps }] = await Promise.all([paced, told]).catch((error: Error) => {
    throw new WrongAnswer(error.message);
  });
  const arrivals = await pool.generator.ask('takeArrivals', { audience });
  if (arrivals.length !== (events * connections) / roomsOf(hall))
    throw new WrongAnswer(`${arrivals.length} arrivals of ${events} events`);
  const times = arrivals.map(
    ({ room, seq, at }) => at - (stamps[(seq - 1) * roomsOf(hall) + room - first] ?? Number.NaN),
  );
  return { 'latency-p50': quantile(times, 0.5), 'latency-p99': quantile(times, 0.99) };
}
