// One contestant of a delivery row: its subject, and the connections that sit in its hall.
import type { Bout } from '../frame/trial.ts';
import { WrongAnswer } from '../frame/trial.ts';
import { roomsOf, type Hall } from './hall.ts';
import type { Pool, RunningSubject, SubjectKind } from './pool.ts';

/** How many people sit in which rooms, and on how many devices each. */
export interface Seating {
  people: number;
  perRoom: number;
  devices: number;
}

export interface Load {
  /** Events of one turn of the event loop, to one room after the other. */
  perTurn: number;
  /** What is published in one go: everything has arrived before the next. */
  turns: number;
  batches: number;
}

export interface Seated extends AsyncDisposable {
  subject: RunningSubject;
  hall: Hall;
  audience: number;
  connections: number;
}

export interface SeatOptions {
  pool: Pool;
  kind: SubjectKind;
  subject: RunningSubject;
  seating: Seating;
  inbox?: boolean;
}

/** Lets a new hall in, and everybody sit down. */
export async function seat({ pool, kind, subject, seating, inbox = false }: SeatOptions): Promise<Seated> {
  const { devices, ...size } = seating;
  const hall = pool.hall(size);
  await subject.servant.ask('admit', hall);
  const { url } = subject;
  const audience = await pool.generator.ask('join', { url, protocol: kind.protocol, hall, devices, inbox });
  return {
    subject,
    hall,
    audience,
    connections: seating.people * devices,
    [Symbol.asyncDispose]: () => pool.generator.ask('leave', { audience }),
  };
}

/** CPU of the subject in milliseconds for 100 000 deliveries of a load like this one. */
export async function deliver(
  pool: Pool,
  { subject: { servant }, hall, audience, connections }: Seated,
  { perTurn, turns, batches }: Load,
): Promise<number> {
  const events = (turns * perTurn) / roomsOf(hall);
  const before = await servant.usage();
  for (let batch = 0; batch < batches; batch += 1) {
    const told = pool.generator.ask('told', { audience, events });
    await Promise.all([told, servant.ask('publish', { hall, turns, perTurn })]).catch((error: Error) => {
      throw new WrongAnswer(error.message);
    });
  }
  const { cpuMs } = await servant.usage();
  return ((cpuMs - before.cpuMs) / (batches * events * connections)) * 100_000;
}

/** A part of a load: fewer batches, and a shorter one at last. */
export function part(load: Load, share = 1): Load {
  const batches = Math.max(1, Math.floor(load.batches * share));
  const turns = Math.max(1, Math.round((load.turns * load.batches * share) / batches));
  return { ...load, batches, turns };
}

/** A bout on one seating, of one row after the other. */
export function deliveryBout(
  pool: Pool,
  seated: Seated,
  { rows, share }: { rows: Readonly<Record<string, Load>>; share: number | undefined },
): Bout {
  return {
    async round() {
      const figures: Record<string, number> = {};
      for (const [name, load] of Object.entries(rows))
        figures[name] = await deliver(pool, seated, part(load, share));
      return figures;
    },
    [Symbol.asyncDispose]: () => seated[Symbol.asyncDispose](),
  };
}
