// What is measured: contestants side by side, in interleaved rounds, each of which gives a figure for each row.

/** One table: a figure of every contestant, and what Parley's is to be beside the others'. */
export interface Row {
  /** The key of its figure in a round. */
  name: string;
  title: string;
  /** What the figure is, for the table's head: `CPU ms / 100 000 deliveries`. */
  unit: string;
  goals: readonly Goal[];
  /** Digits after the point; 0 without it. */
  digits?: number;
}

/** A bound for the figure of a contestant: by itself, or as a multiple of another's. */
export interface Goal {
  /** Whose figure; Parley's without it. */
  of?: string;
  /** The contestant that it is a multiple of. */
  than?: string;
  atMost?: number;
  atLeast?: number;
}

/** The figures of one round by the rows' names; a row that means nothing for a contestant has none. */
export type Figures = Readonly<Record<string, number>>;

/** A contestant that is ready to be measured. */
export interface Bout extends AsyncDisposable {
  /** @throws WrongAnswer where it was fast and wrong */
  round(): Promise<Figures>;
}

export interface Contestant {
  /** What goals call it. */
  name: string;
  title: string;
  enter(): Promise<Bout>;
}

export interface Trial {
  title: string;
  rows: readonly Row[];
  /** The first is Parley. */
  contestants: readonly Contestant[];
  /** Each round has a process of its own, and none is warmed up: for what only a new one shows. */
  fresh?: boolean;
  /** What a reader of the table must know, a sentence each. */
  notes?: readonly string[];
}

/** A contestant did not do what it is measured for. */
export class WrongAnswer extends Error {
  override name = 'WrongAnswer';
}

export const PARLEY = 'parley';
