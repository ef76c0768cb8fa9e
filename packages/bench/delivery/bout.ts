// Deliveries of a load to one seating, and what they cost the subject.
import { WrongAnswer, type Bout } from '../frame/trial.ts';
import { roomsOf, type Hall } from './hall.ts';
import type { Pool, RunningSubject } from './pool.ts';
import type { Seated } from './seat.ts';

export interface Load {
  /** Events of one turn of the event loop, to one room after the other. */
  perTurn: number;
  /** What is published in one go: everything has arrived before the next. */
  turns: number;
  batches: number;
}

/** CPU of the subject in milliseconds for 100 000 deliveries of a load like this one. */
export async function deliver(
  pool: Pool,
  { subject: { servant }, hall, audience, connections }: Seated,
  load: Load,
): Promise<number> {
  const before = await servant.usage();
  const events = await tell(pool, { servant, hall, audiences: [audience] }, load);
  const { cpuMs } = await servant.usage();
  return ((cpuMs - before.cpuMs) / (events * connections)) * 100_000;
}

/**
 * Has one subject publish a load to the audiences of a hall, wherever these sit.
 *
 * @returns how many events everyone in a room was told of
 */
export async function tell(
  pool: Pool,
  { servant, hall, audiences }: Pick<RunningSubject, 'servant'> & { hall: Hall; audiences: number[] },
  { perTurn, turns, batches }: Load,
): Promise<number> {
  const events = (turns * perTurn) / roomsOf(hall);
  for (let batch = 0; batch < batches; batch += 1) {
    const told = audiences.map((audience) => pool.generator.ask('told', { audience, events }));
    await Promise.all([...told, servant.ask('publish', { hall, turns, perTurn })]).catch((error: Error) => {
      throw new WrongAnswer(error.message);
    });
  }
  return batches * events;
}

/** A part of a load: fewer batches, and a shorter one at last. */
export function part(load: Load, share: number): Load {
  const batches = Math.max(1, Math.floor(load.batches * share));
  const turns = Math.max(1, Math.round((load.turns * load.batches * share) / batches));
  return { ...load, batches, turns };
}

/** A bout on one seating, of one row after the other. */
export function deliveryBout(
  pool: Pool,
  seated: Seated,
  { rows, share }: { rows: Readonly<Record<string, Load>>; share: number },
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
