import { setTimeout as pause } from 'node:timers/promises';

import { WrongAnswer, type Bout, type Trial } from '../../frame/trial.ts';
import { count } from '../../table.ts';
import { deliver } from '../bout.ts';
import { roomsOf } from '../hall.ts';
import { KINDS, type Pool } from '../pool.ts';
import type { Scale } from '../scale.ts';

const MISSED = 50;
/** As many as a server's backlog takes. */
const AT_ONCE = 500;

/** Clients come back all at once, and each is told what it has missed. */
export function resuming(pool: Pool, { quick, noticeMs }: Scale): Trial {
  const size = { people: 100, perRoom: 25 };
  const devices = quick ? 2 : 10;
  const clients = size.people * devices;
  const live = (kind: typeof KINDS.parley | typeof KINDS.ws) => async (): Promise<Bout> => {
    const seated = await pool.seat({
      kind,
      subject: await pool.subject(kind),
      seating: { ...size, devices },
    });
    const load = { perTurn: roomsOf(seated.hall), turns: MISSED, batches: 1 };
    return {
      round: async () => ({ resuming: await deliver(pool, seated, load) }),
      [Symbol.asyncDispose]: () => seated[Symbol.asyncDispose](),
    };
  };
  const resume = async (): Promise<Bout> => {
    const { servant, url } = await pool.subject(KINDS.parley);
    const hall = pool.hall(size);
    await servant.ask('admit', hall);
    await servant.ask('keep', { hall, events: MISSED });
    const comeBack = async (after: number) => {
      const [before, asked] = [await servant.usage(), await servant.ask('queries', {})];
      const { protocol } = KINDS.parley;
      const order = { url, protocol, hall, devices, inbox: false, after, expected: MISSED - after };
      const joined = pool.generator.ask('join', { ...order, atOnce: AT_ONCE });
      const audience = await joined.catch((error: Error) => {
        throw new WrongAnswer(error.message);
      });
      const { cpuMs } = await servant.usage();
      const { all, log } = await servant.ask('queries', {});
      const queries = { all: all - asked.all, log: log - asked.log };
      // Cut off, as on a bad network: for a while they still count as there.
      await pool.generator.ask('cut', { audience });
      await pause(noticeMs);
      return { cpuMs: cpuMs - before.cpuMs, queries };
    };
    return {
      async round() {
        const current = await comeBack(MISSED);
        const behind = await comeBack(0);
        return {
          resuming: (behind.cpuMs / (clients * MISSED)) * 100_000,
          'resuming-current': (current.cpuMs / clients) * 1_000,
          'resuming-queries': behind.queries.all / roomsOf(hall),
          'resuming-log': behind.queries.log / roomsOf(hall),
        };
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  };
  const title = `${count(clients)} clients resume with ${MISSED} missed events each`;
  return {
    title,
    rows: [
      {
        name: 'resuming',
        title: `${title}: coming back and the events`,
        unit: 'CPU milliseconds of the subject for 100 000 deliveries, with all that it takes to come back, beside delivering the same events live to those who are there',
        goals: [{ than: 'parley-live', atMost: 1.5 }],
      },
      {
        name: 'resuming-current',
        title: `${count(clients)} clients come back without having missed any`,
        unit: 'CPU milliseconds of the subject for 1 000 clients',
        goals: [],
      },
      {
        name: 'resuming-queries',
        title: `${title}: queries`,
        unit: `Queries of the database for each of the ${roomsOf({ number: 0, ...size })} rooms, those for accounts, memberships and who is in the room included: they are shared by those who come at the same time`,
        goals: [{ atMost: 10 }],
        digits: 1,
      },
      {
        name: 'resuming-log',
        title: `${title}: queries for what was missed`,
        unit: 'Those of them for entries of the log and their messages, for each room',
        goals: [],
        digits: 1,
      },
    ],
    contestants: [
      { ...KINDS.parley, title: `${KINDS.parley.title}, resuming`, enter: resume },
      { name: 'parley-live', title: `${KINDS.parley.title}, live`, enter: live(KINDS.parley) },
      { name: 'ws', title: `${KINDS.ws.title}, live`, enter: live(KINDS.ws) },
    ],
  };
}
