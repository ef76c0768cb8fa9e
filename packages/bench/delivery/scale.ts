// How large the delivery rows are, and what "ten times as much that is not delivered to" is.
import type { Goal } from '../frame/trial.ts';
import { openFiles } from '../machine.ts';
import { count } from '../table.ts';
import { PARLEY_KIND, type SubjectKind } from './pool.ts';

export interface Scale {
  quick: boolean;
  /** Of each load. */
  share: number;
  /** In which a subject notices those who have left: what that takes is not the next one's, on the same core. */
  noticeMs: number;
  /** Parley with many connections besides, that are told nothing. */
  grown: SubjectKind;
  /** The same, or nobody where a process may not have so many sockets. */
  ifGrown: readonly SubjectKind[];
  /** Peers that are no package: those whose binary this machine has. */
  binaries: readonly SubjectKind[];
}

/** Of a quick run, and of a whole one: ten times the readers of a row, with those. */
const IDLE = { quick: 300, full: 9_000 };
/** Sockets that the generator has open besides, at most. */
const OTHERS = 8_000;
/** Two runs of the same differ by less. */
export const FLAT = 1.1;

export function scaleOf(quick: boolean, binaries: readonly SubjectKind[]): Scale {
  const people = quick ? IDLE.quick : IDLE.full;
  const grown = grownBy(people);
  return {
    quick,
    share: quick ? 0.2 : 1,
    noticeMs: quick ? 150 : 500,
    grown,
    ifGrown: openFiles() < people + OTHERS ? [] : [grown],
    binaries,
  };
}

const grownBy = (people: number): SubjectKind => ({
  ...PARLEY_KIND,
  name: 'parley-grown',
  title: `Parley, ${count(people)} idle besides`,
  idle: { people, perRoom: 2, devices: 1 },
});

/** A figure is the same however much there is besides. */
export const flatWhen = ({ name }: Pick<SubjectKind, 'name'>): Goal => ({
  of: name,
  than: PARLEY_KIND.name,
  atMost: FLAT,
});
