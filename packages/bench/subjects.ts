// Who is measured: each is a process of its own, with a database where it keeps anything.
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startPostgres } from '../tests/harness/postgres.ts';
import type { Library } from './generator.ts';
import { versionOf } from './machine.ts';
import type { ParleyOrder } from './subjects/parley.ts';
import { startWorker, type Worker } from './worker.ts';

export interface Subject {
  title: string;
  library: Library;
  /** What it keeps of a message. */
  keeps: string;
  /** Whether it promises that everything comes once and in order: a run that shows otherwise fails. */
  exact: boolean;
  start(): Promise<Worker<{ url: string }>>;
}

/** Where a Parley of its own keeps what it keeps: a new database each time. */
export interface ParleyPlaces {
  /** Whether this machine has a PostgreSQL. */
  readonly isServed: boolean;
  /** On PostgreSQL where there is one. */
  next(): Promise<ParleyOrder>;
  /** Embedded, in a directory. */
  embedded(): ParleyOrder;
}

export interface Subjects extends AsyncDisposable {
  readonly list: readonly Subject[];
  readonly places: ParleyPlaces;
  /** Parley with the sample app, built in a directory. */
  app(webDirectory: string): Promise<Worker<{ url: string }>>;
  /** What this machine lacks, and what was done without it. */
  readonly leftOut: readonly string[];
}

const entry = (name: string) => new URL(`subjects/${name}.ts`, import.meta.url);

export async function gatherSubjects(): Promise<Subjects> {
  // As it is installed, not as tests have it: a commit is on the disk before it is acknowledged.
  const postgres = await startPostgres({ durable: true });
  const directory = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  let started = 0;
  const embedded = (): ParleyOrder => {
    started += 1;
    return { dataDir: join(directory, `${started}`) };
  };
  const order = async (): Promise<ParleyOrder> =>
    postgres === undefined ? embedded() : { ...embedded(), databaseUrl: await postgres.createDatabase() };
  const database = postgres === undefined ? 'its embedded database' : 'PostgreSQL';
  const socketIo = `Socket.IO ${versionOf('socket.io')}`;
  return {
    list: [
      {
        title: `Parley ${versionOf('../server')}, ${postgres === undefined ? 'embedded' : 'PostgreSQL'}`,
        library: 'parley',
        keeps: `every message in ${database}, on the disk before it is acknowledged`,
        exact: true,
        start: async () => startWorker(entry('parley'), await order()),
      },
      {
        title: `${socketIo}, with recovery`,
        library: 'socket-io',
        keeps: 'every message for two minutes, in memory',
        exact: false,
        start: async () => startWorker(entry('socket-io-recovery'), {}),
      },
      {
        title: socketIo,
        library: 'socket-io',
        keeps: 'nothing',
        exact: false,
        start: async () => startWorker(entry('socket-io'), {}),
      },
    ],
    places: { isServed: postgres !== undefined, next: order, embedded },
    app: async (webDirectory) => startWorker(entry('parley'), { ...(await order()), webDirectory }),
    leftOut:
      postgres === undefined
        ? ['Parley on PostgreSQL, because this machine has no server for it; its embedded database stood in']
        : [],
    async [Symbol.asyncDispose]() {
      await postgres?.stop();
    },
  };
}
