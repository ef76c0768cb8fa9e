import type { Entry } from '../history.ts';

/** What kind of harm was done; the table counts the first three by name. */
export type Harm = 'lost' | 'doubled' | 'out of order' | 'leaked' | 'wrong';

export interface Violation {
  harm: Harm;
  /** One sentence. */
  what: string;
  /** The shortest part of the history that shows it. */
  evidence: readonly Entry[];
}
