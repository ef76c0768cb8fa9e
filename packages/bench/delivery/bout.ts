// Deliveries of a load to one seating, and what they cost the subject.
import { WrongAnswer, type Bout } from '../frame/trial.ts';
import { roomsOf } from './hall.ts';
import type { Pool } from './pool.ts';
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
