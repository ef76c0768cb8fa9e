// One way to write, in a process and a database of its own.
import { median } from '../frame/figures.ts';
import { WrongAnswer, type Bout } from '../frame/trial.ts';
import { startServant, type Servant } from '../servant.ts';
import type { SettleOrder, WriteApi } from './run-writes.ts';

const ENTRY = new URL('run-writes.ts', import.meta.url);
const AT_ONCE = 64;

/** Starts its process, and settles its database. */
export async function startWriter(order: SettleOrder): Promise<Servant<WriteApi>> {
  const servant = startServant<WriteApi>(ENTRY, 'subject');
  try {
    await servant.ask('settle', order);
    return servant;
  } catch (error) {
    await servant[Symbol.asyncDispose]();
    throw error;
  }
}

/** @throws WrongAnswer where something that was acknowledged is missing */
export async function prove(servant: Pick<Servant<WriteApi>, 'ask'>): Promise<void> {
  accept(await servant.ask('prove', {}));
}

/** @throws WrongAnswer where there are any */
export function accept(faults: readonly string[]): void {
  if (faults.length > 0) throw new WrongAnswer(faults.slice(0, 3).join('; '));
}

/** Sends a second, 64 at once, or the median of lone sends in milliseconds. */
const MEASURES = {
  rooms: (servant, { ms }) => servant.ask('flood', { into: 'any', atOnce: AT_ONCE, ms }),
  room: (servant, { ms }) => servant.ask('flood', { into: 0, atOnce: AT_ONCE, ms }),
  lone: async (servant, { lone }) => median(await servant.ask('oneByOne', { into: 'any', count: lone })),
} satisfies Record<string, (servant: Servant<WriteApi>, load: WriteLoad) => Promise<number>>;

export interface WriteLoad {
  /** How long each flood of sends lasts. */
  ms: number;
  /** Sends one by one. */
  lone: number;
}

/** A bout whose figures are those measures, in this order. */
export async function writeBout(
  order: SettleOrder,
  measures: readonly (keyof typeof MEASURES)[],
  load: WriteLoad,
): Promise<Bout> {
  const servant = await startWriter(order);
  return {
    async round() {
      const figures: Record<string, number> = {};
      for (const name of measures) figures[name] = await MEASURES[name](servant, load);
      await prove(servant);
      return figures;
    },
    [Symbol.asyncDispose]: () => servant[Symbol.asyncDispose](),
  };
}
