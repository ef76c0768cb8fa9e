import { reasonOf } from '../../harness/reason-of.ts';
import { rest } from './actors.ts';

/** Clients that are still coming back, or whose token has just ended, have so long for each question. */
const PATIENCE_MS = 20_000;

/** Asks until there is an answer; undefined where the conversation is none of the caller's. */
export async function patiently<Answer>(question: () => Promise<Answer>): Promise<Answer | undefined> {
  for (const deadline = performance.now() + PATIENCE_MS; ;) {
    try {
      return await question();
    } catch (error) {
      if (reasonOf(error) === 'not_a_participant') return undefined;
      if (performance.now() > deadline) throw error;
      await rest(100);
    }
  }
}
