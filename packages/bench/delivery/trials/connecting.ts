import { setTimeout as pause } from 'node:timers/promises';

import type { Contestant, Trial } from '../../frame/trial.ts';
import { count } from '../../table.ts';
import { KINDS, type Pool, type SubjectKind } from '../pool.ts';
import { flatWhen, type Scale } from '../scale.ts';

/** What it takes to let clients in, each with a token that is checked, into a room of two. */
export function connecting(pool: Pool, { quick, noticeMs, grown, ifGrown, binaries }: Scale): Trial {
  const people = quick ? 200 : 2_000;
  const contestant = (kind: SubjectKind): Contestant => ({
    ...kind,
    async enter() {
      const subject = await pool.subject(kind);
      const hall = pool.hall({ people, perRoom: 2 });
      await subject.servant.ask('admit', hall);
      const { protocol } = kind;
      return {
        async round() {
          const before = await subject.servant.usage();
          const order = { url: subject.url, protocol, hall, devices: 1, inbox: false };
          const audience = await pool.generator.ask('join', order);
          const { cpuMs } = await subject.servant.usage();
          await pool.generator.ask('leave', { audience });
          await pause(noticeMs);
          return { connecting: ((cpuMs - before.cpuMs) / people) * 1_000 };
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    },
  });
  return {
    title: `${count(people)} clients connect`,
    rows: [
      {
        name: 'connecting',
        title: `${count(people)} clients connect, each with a token, and join a room of two`,
        unit: 'CPU milliseconds of the subject for 1 000 clients',
        goals: [{ than: 'socket-io-asking', atMost: 1.05 }, flatWhen(grown)],
      },
    ],
    contestants: [
      ...[KINDS.parley, ...ifGrown, KINDS.ws, KINDS.socketIo, KINDS.socketIoAsking],
      ...[...binaries, KINDS.trpcWs],
    ].map(contestant),
    notes: [
      'Everyone in Node.js checks the token with jsonwebtoken and the same key object. Parley also looks the account and the membership up in its database, greets with who is in the room, and tells the other one; so does the Socket.IO that asks a database, but for the greeting, by prepared statements of `pg`. The goal is about that one, which makes the same checks; the other Socket.IO lets everyone who has a token into every room.',
    ],
  };
}
