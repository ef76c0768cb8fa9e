import type { Hall } from './hall.ts';
import type { RunningSubject, SubjectKind } from './pool.ts';

/** How many people sit in which rooms, and on how many devices each. */
export interface Seating {
  people: number;
  perRoom: number;
  devices: number;
}

export interface SeatOptions {
  kind: Pick<SubjectKind, 'protocol'>;
  subject: RunningSubject;
  seating: Seating;
  /** Whether everybody's own feed is open besides. */
  inbox?: boolean;
}

/** Everybody sits in a new hall of a subject; disposing it, they leave. */
export interface Seated extends AsyncDisposable {
  subject: RunningSubject;
  hall: Hall;
  audience: number;
  connections: number;
}
