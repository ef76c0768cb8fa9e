// What becomes of a send where there is much already.
import { trialScenario } from '../frame/trial-scenario.ts';
import { Growth } from '../writes/growth.ts';

const FULL = { messages: 1_000_000, talks: 10_000, lone: 300 };
const QUICK = { messages: 20_000, talks: 1_000, lone: 60 };

export const growth = trialScenario({
  title: 'Growth',
  about: `
Does a send take longer in a room with a long history, or among people with many talks? All three are rooms of one server on one database, which are sent to in turns, so that nothing else differs. The history has all that belongs to it: rows, log entries of the room and of the reader's inbox, and unread counts.
`.trim(),
  prepare({ places }, { quick }) {
    const growth = new Growth(places, quick ? QUICK : FULL);
    return Promise.resolve({
      trials: [growth.trial],
      leftOut: [],
      [Symbol.asyncDispose]: () => growth[Symbol.asyncDispose](),
    });
  },
});
