// Whether goals are reached, by the medians of one run.
import { count } from '../table.ts';
import { PARLEY, type Goal } from './trial.ts';

export interface Judgement {
  goal: Goal;
  /** The figure, or how many times the other's it is. */
  value: number;
  reached: boolean;
}

/** Undefined where one of the two was not measured. */
export function judge(goal: Goal, medians: ReadonlyMap<string, number>): Judgement | undefined {
  const own = medians.get(goal.of ?? PARLEY);
  const other = goal.than === undefined ? 1 : medians.get(goal.than);
  if (own === undefined || other === undefined) return undefined;
  const value = multipleOf(own, other);
  const reached = value <= (goal.atMost ?? Infinity) && value >= (goal.atLeast ?? -Infinity);
  return { goal, value, reached };
}

/** Nothing is as much as nothing. */
export const multipleOf = (own: number, other: number): number => (own === other ? 1 : own / other);

/** `≤ 0.9 ×`, or `≥ 10 000` where it is no multiple. */
export function boundOf({ than, atMost, atLeast }: Goal): string {
  const bounds = [
    ...(atMost === undefined ? [] : [`≤ ${numeral(atMost)}`]),
    ...(atLeast === undefined ? [] : [`≥ ${numeral(atLeast)}`]),
  ].join(' and ');
  return than === undefined ? bounds : `${bounds} ×`;
}

const numeral = (bound: number): string => (bound < 1_000 ? `${bound}` : count(bound));
