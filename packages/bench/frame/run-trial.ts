// Contestants in interleaved rounds: what the machine does meanwhile happens to all of them.
import { spread, type Spread } from './figures.ts';
import type { Bout, Contestant, Figures, Trial } from './trial.ts';

export interface Standing {
  contestant: Contestant;
  /** By the rows' names. */
  figures: ReadonlyMap<string, Spread>;
}

export interface TrialResult {
  trial: Trial;
  standings: readonly Standing[];
  /** Fewer than wanted where they took too long. */
  rounds: number;
  /** Those that failed, and how: their figures are not in the standings. */
  faults: readonly string[];
}

export interface TrialOptions {
  rounds: number;
  /** Whether a round comes before them that is not counted: code is compiled and buffers grow. */
  warmUp: boolean;
  /** After which no further round is begun, but for the first. */
  withinMs: number;
  say: (line: string) => void;
}

/** The same contestants, with another one first in each round. */
export const rotated = <Item>(items: readonly Item[], round: number): Item[] => {
  const first = round % Math.max(1, items.length);
  return [...items.slice(first), ...items.slice(0, first)];
};

export async function runTrial(
  trial: Trial,
  { rounds: most, warmUp, withinMs, say }: TrialOptions,
): Promise<TrialResult> {
  const began = performance.now();
  let rounds = 0;
  const faults: string[] = [];
  const measured = new Map<Contestant, Figures[]>();
  const failed = (contestant: Contestant, error: unknown) => {
    measured.delete(contestant);
    faults.push(
      `${trial.title}: ${contestant.title}: ${error instanceof Error ? error.message : String(error)}`,
    );
  };
  const open = new Map<Contestant, Bout>();
  try {
    for (const contestant of trial.contestants) {
      measured.set(contestant, []);
      if (trial.fresh === true) continue;
      say(`  ${contestant.title} …`);
      try {
        const bout = await contestant.enter();
        open.set(contestant, bout);
        if (warmUp) await bout.round();
      } catch (error) {
        failed(contestant, error);
      }
    }
    while (rounds < most && (rounds === 0 || performance.now() - began < withinMs)) {
      say(`  round ${rounds + 1} of ${most} …`);
      for (const contestant of rotated([...measured.keys()], rounds)) {
        try {
          measured.get(contestant)?.push(await roundOf(contestant, open.get(contestant)));
        } catch (error) {
          failed(contestant, error);
        }
      }
      rounds += 1;
    }
  } finally {
    // What has come since, and is wrong, is told at the end.
    for (const [contestant, bout] of open) {
      try {
        await bout[Symbol.asyncDispose]();
      } catch (error) {
        failed(contestant, error);
      }
    }
  }
  const standings = [...measured].map(([contestant, figures]) => ({
    contestant,
    figures: new Map(
      trial.rows.flatMap(({ name }) => {
        const values = figures.flatMap((round) => round[name] ?? []);
        return values.length === 0 ? [] : [[name, spread(values)] as const];
      }),
    ),
  }));
  return { trial, standings, rounds, faults };
}

async function roundOf(contestant: Contestant, known: Bout | undefined): Promise<Figures> {
  if (known !== undefined) return known.round();
  await using bout = await contestant.enter();
  return await bout.round();
}
