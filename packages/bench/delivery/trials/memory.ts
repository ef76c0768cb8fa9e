import { setTimeout as pause } from 'node:timers/promises';

import type { Contestant, Trial } from '../../frame/trial.ts';
import { count } from '../../table.ts';
import { KINDS, type Pool, type SubjectKind } from '../pool.ts';
import { FLAT, type Scale } from '../scale.ts';

const WARM = { people: 100, perRoom: 2, devices: 1 };
const IDLE_MS = { quick: 100, full: 500 };
const KIB = 1_024;

/** What a connection holds that has one room and its person's own feed open. */
export function memory(pool: Pool, { quick, binaries }: Scale): Trial {
  const people = quick ? 300 : 5_000;
  const idle = () => pause(quick ? IDLE_MS.quick : IDLE_MS.full);
  const few: Pick<SubjectKind, 'name' | 'title'> = {
    name: 'parley-few',
    title: `Parley, ${count(people / 10)} connections`,
  };
  const contestant = (kind: SubjectKind, people: number): Contestant => ({
    ...kind,
    async enter() {
      const subject = await pool.start(kind);
      return {
        async round() {
          // What is loaded and compiled at the first connections is not theirs.
          await (await pool.seat({ kind, subject, seating: WARM, inbox: true }))[Symbol.asyncDispose]();
          await idle();
          const before = await subject.servant.usage({ collect: true });
          const seating = { people, perRoom: 2, devices: 1 };
          const seated = await pool.seat({ kind, subject, seating, inbox: true });
          await idle();
          const after = await subject.servant.usage({ collect: true });
          await seated[Symbol.asyncDispose]();
          return {
            'memory-rss': (after.rssBytes - before.rssBytes) / people / KIB,
            ...(before.heapBytes === undefined || after.heapBytes === undefined
              ? {}
              : { 'memory-heap': (after.heapBytes - before.heapBytes) / people / KIB }),
          };
        },
        [Symbol.asyncDispose]: () => subject.servant[Symbol.asyncDispose](),
      };
    },
  });
  const row = (name: string, what: string) => ({
    name,
    title: `Memory of ${count(people)} idle connections, ${what}`,
    unit: 'KiB for each connection, with one room and the person’s own feed open',
    goals: [{ than: 'socket-io', atMost: 1 }],
    digits: 1,
  });
  return {
    title: `Memory of ${count(people)} idle connections`,
    fresh: true,
    rows: [
      row('memory-rss', 'resident'),
      {
        ...row('memory-heap', 'heap'),
        // Of ten times as many each holds no more.
        goals: [...row('memory-heap', '').goals, { than: few.name, atMost: FLAT }],
      },
    ],
    contestants: [
      contestant(KINDS.parley, people),
      ...(quick ? [] : [contestant({ ...KINDS.parley, ...few }, people / 10)]),
      ...[KINDS.ws, KINDS.socketIo, ...binaries, ...(quick ? [] : [KINDS.trpcWs])].map((kind) =>
        contestant(kind, people),
      ),
    ],
    notes: [
      'Each round has a process of its own; what it holds after a hundred connections have come and gone is not counted, nor is garbage. Resident memory is what the operating system says, and has steps of its own.',
      ...binaries.map(
        ({ title }) =>
          `${title} is in Go: it is asked for a collection too, has no heap that could be set beside V8’s, and what its memory has of pages that are free and not given back yet is resident.`,
      ),
    ],
  };
}
