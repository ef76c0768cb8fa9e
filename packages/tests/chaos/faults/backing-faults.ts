/** What happens to PostgreSQL and Redis, and on the way to them. */
import type { Proxy } from '../../harness/proxy.ts';
import type { RedisServer } from '../../harness/redis.ts';
import type { Deployment } from '../nodes/deployment.ts';
import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';

export const BACKING_FAULTS: readonly Fault[] = [
  {
    name: 'postgres halted',
    weight: 1,
    lasts: [100, 3000],
    touches: 'postgres',
    begin: async ({ postgres }) => {
      await postgres?.halt();
      return { detail: 'in good order', undo: () => postgres?.start() };
    },
  },
  {
    name: 'postgres killed',
    weight: 2,
    lasts: [100, 2000],
    touches: 'postgres',
    begin: async ({ postgres }) => {
      await postgres?.kill();
      return { detail: 'SIGKILL', undo: () => postgres?.start() };
    },
  },
  {
    name: 'postgres connections killed',
    weight: 2,
    lasts: [0, 0],
    touches: 'postgres',
    begin: async (deployment) => {
      await deployment.killConnections();
      return { detail: 'all' };
    },
  },
  {
    name: 'postgres slow',
    weight: 2,
    lasts: [1000, 5000],
    touches: 'postgres',
    begin: ({ places }) =>
      slow(
        places.flatMap(({ toPostgres }) => toPostgres ?? []),
        40,
      ),
  },
  {
    name: 'postgres partitioned',
    weight: 1,
    lasts: [500, 4000],
    touches: 'postgres',
    begin: (deployment, random) => partition(deployment, random, 'toPostgres'),
  },
  ...[
    redisFault('redis stopped', [100, 4000], async (redis) => {
      await redis.stop();
      return () => redis.start();
    }),
    redisFault('redis killed', [100, 4000], async (redis) => {
      await redis.kill();
      return () => redis.start();
    }),
    redisFault('redis frozen', [500, 4000], (redis) => {
      redis.freeze();
      return () => redis.thaw();
    }),
    redisFault('redis flushed', [0, 0], async (redis) => {
      await redis.command('FLUSHALL');
      return undefined;
    }),
  ],
  {
    name: 'redis partitioned',
    weight: 2,
    lasts: [500, 5000],
    touches: 'redis',
    begin: (deployment, random) => partition(deployment, random, 'toRedis'),
  },
  {
    name: 'redis slow',
    weight: 1,
    lasts: [1000, 5000],
    touches: 'redis',
    begin: ({ places }) =>
      slow(
        places.flatMap(({ toRedis }) => toRedis ?? []),
        200,
      ),
  },
];

function redisFault(
  name: string,
  lasts: Fault['lasts'],
  begin: (
    redis: RedisServer,
  ) => (() => Promise<void> | void) | undefined | Promise<(() => Promise<void>) | undefined>,
): Fault {
  return {
    name,
    weight: 1,
    lasts,
    touches: 'redis',
    begin: async ({ redis }) => {
      const undo = redis && (await begin(redis));
      return { detail: 'for every node', ...(undo && { undo }) };
    },
  };
}

function slow(lines: readonly Proxy[], delayMs: number) {
  for (const line of lines) line.weather = { delayMs };
  return {
    detail: `${delayMs} ms each way`,
    undo: () => {
      for (const line of lines) line.weather = {};
    },
  };
}

/** One node hears nothing, and is not told why; at the end its connections are gone. */
function partition({ places }: Deployment, random: Random, which: 'toPostgres' | 'toRedis') {
  const { node, [which]: line } = random.pick(places);
  if (line !== undefined) line.weather = { silent: true };
  return {
    detail: node.name,
    undo: () => {
      if (line === undefined) return;
      line.weather = {};
      line.cut();
    },
  };
}
