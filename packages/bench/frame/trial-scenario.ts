// A scenario of trials: runs them one after another, and reports every row with its goals.
import { isPinned } from '../cores.ts';
import { describeMachine } from '../machine.ts';
import type { BenchOptions, Report, Scenario } from '../scenario.ts';
import type { Subjects } from '../subjects.ts';
import { count } from '../table.ts';
import { runTrial } from './run-trial.ts';
import { reportRow } from './trial-table.ts';
import type { Trial } from './trial.ts';

const FULL = { rounds: 5, warmUp: true, withinMs: 200_000 };
const QUICK = { rounds: 1, warmUp: false, withinMs: 10_000 };

/** The trials of one run, and what they share: it is disposed of after the last. */
export interface Programme extends AsyncDisposable {
  trials: readonly Trial[];
  /** What this machine lacks, and what was left out for it. */
  leftOut: readonly string[];
}

export interface TrialScenario {
  title: string;
  /** Markdown. */
  about: string;
  /** Makes the trials; what they need is started when they are entered. */
  prepare: (subjects: Subjects, options: BenchOptions) => Promise<Programme>;
}

export function trialScenario({ title, about, prepare }: TrialScenario): Scenario {
  return {
    title,
    about,
    async run(subjects, options, say): Promise<Report> {
      const [began, machine] = [new Date(), describeMachine()];
      const { rounds: usual, warmUp, withinMs } = options.quick ? QUICK : FULL;
      const rounds = options.rounds ?? usual;
      await using programme = await prepare(subjects, options);
      const [sections, faults, missed]: string[][] = [[], [], []] as [string[], string[], string[]];
      let reached = 0;
      const only = options.only?.toLowerCase() ?? '';
      const wanted = programme.trials.filter(({ title }) => title.toLowerCase().includes(only));
      for (const trial of wanted) {
        say(`${trial.title} …`);
        const result = await runTrial(trial, { rounds, warmUp, withinMs, say });
        faults.push(...result.faults);
        for (const row of trial.rows) {
          const report = reportRow(row, result);
          sections.push(report.text);
          missed.push(...report.missed);
          reached += report.reached;
        }
        const notes = [...(trial.notes ?? []), ...(result.rounds < rounds ? [roundsOf(result.rounds)] : [])];
        if (notes.length > 0) sections.push(notes.map((note) => `- ${note}`).join('\n'));
      }
      const summary = [
        `- Run on ${began.toISOString().slice(0, 10)} in one session: ${machine}.`,
        `- ${rounds === 1 ? 'One round' : `${rounds} rounds`}, the contestants in turn in each, with another one first${warmUp ? '; before them one that does not count' : ''}. The figures are the median of the rounds, the least and the most; "Parley" is Parley's median as a multiple of the line's.`,
        isPinned
          ? "- Whoever is measured has one core and the generator of the load another; CPU is the operating system's accounting of the process with all its threads."
          : "- There is no `taskset`, or one core: processes run where they are put. CPU is the operating system's accounting of the process with all its threads.",
        '- Everything that is delivered or acknowledged is looked at, what it says and that it is there once and in its turn: what is wrong fails the run.',
        ...(options.quick ? ['- This was a quick run, to see that it works: its figures mean little.'] : []),
        ...[...subjects.leftOut, ...programme.leftOut].map((what) => `- Left out: ${what}.`),
      ];
      const verdict = [
        `${count(reached)} of ${count(reached + missed.length)} goals reached.`,
        ...missed.map((sentence) => `Missed: ${sentence}.`),
      ];
      return { text: [...sections, summary.join('\n')].join('\n\n'), verdict, faults };
    },
  };
}

const roundsOf = (rounds: number): string =>
  `${rounds === 1 ? 'One round' : `${rounds} rounds`} alone: more would have taken too long.`;
