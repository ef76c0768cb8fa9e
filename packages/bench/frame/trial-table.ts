// A row as a reader sees it: every contestant's figures, Parley's as a multiple of each, and the goals beside them.
import { count, table } from '../table.ts';
import { boundOf, judge, multipleOf, type Judgement } from './goals.ts';
import type { TrialResult } from './run-trial.ts';
import { PARLEY, type Goal, type Row } from './trial.ts';

export interface RowReport {
  /** Markdown. */
  text: string;
  /** A sentence for each goal that was missed. */
  missed: string[];
  reached: number;
}

export function reportRow(row: Row, { standings }: TrialResult): RowReport {
  const show = (value: number) =>
    row.digits === undefined ? count(Math.round(value)) : value.toFixed(row.digits);
  const shown = standings.filter(({ figures }) => figures.has(row.name));
  const medians = new Map(
    shown.map(({ contestant, figures }) => [contestant.name, figures.get(row.name)?.median ?? Number.NaN]),
  );
  const titles = new Map(shown.map(({ contestant }) => [contestant.name, contestant.title]));
  const own = medians.get(PARLEY);
  const goalsOf = (name: string) => row.goals.filter((goal) => beside(goal) === name);
  const rows = shown.map(({ contestant: { name, title }, figures }) => {
    const figure = figures.get(row.name);
    const other = medians.get(name);
    const multiple =
      name === PARLEY || own === undefined || other === undefined ? '' : times(multipleOf(own, other));
    return [
      title,
      ...(figure === undefined ? [] : [figure.median, figure.least, figure.most].map(show)),
      multiple,
      goalsOf(name).map(boundOfShown).join(', '),
      goalsOf(name)
        .map((goal) => verdictOf(goal, judge(goal, medians)))
        .join(', '),
    ];
  });
  const judged = row.goals.flatMap((goal) => judge(goal, medians) ?? []);
  const missed = judged
    .filter(({ reached }) => !reached)
    .map(({ goal, value }) => {
      const what =
        goal.than === undefined ? show(value) : `${times(value)} ${titles.get(goal.than) ?? goal.than}`;
      return `${row.title}: ${titles.get(goal.of ?? PARLEY) ?? PARLEY} is at ${what}, the goal is ${boundOf(goal)}`;
    });
  const head = ['', 'median', 'least', 'most', 'Parley', 'goal', ''];
  return {
    text: `### ${row.title}\n\n${row.unit}.\n\n${table(head, rows)}`,
    missed,
    reached: judged.length - missed.length,
  };
}

const times = (value: number): string => `${Number.isFinite(value) ? value.toFixed(2) : '∞'} ×`;

/** In whose line a goal stands: of two contestants, the one that it is compared with, unless it is about another than Parley. */
const beside = ({ of = PARLEY, than }: Goal): string => (of === PARLEY && than !== undefined ? than : of);

const boundOfShown = (goal: Goal): string =>
  goal.of === undefined || goal.than === undefined ? boundOf(goal) : `${boundOf(goal)} ${goal.than}`;

/** With the multiple where the column has another one. */
function verdictOf({ of }: Goal, judged: Judgement | undefined): string {
  if (judged === undefined) return 'not measured';
  const verdict = judged.reached ? 'reached' : 'missed';
  return of === undefined ? verdict : `${verdict}: ${times(judged.value)}`;
}
