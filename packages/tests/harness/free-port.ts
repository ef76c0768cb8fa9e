import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below those that a system gives out by itself (from 32768 on Linux, 49152 elsewhere), and 10000 further up too, where
 * the bus of a Redis cluster is: nobody is given such a port meanwhile, and whoever connects to one where nothing
 * listens cannot meet themselves.
 */
const LOWEST = 11_000;
const HIGHEST = 22_700;
const TRIES = 100;

const given = new Set<number>();

/** A port of 127.0.0.1 on which nothing listens; it was not asked for before, and is not likely to be by others. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no port between ${LOWEST} and ${HIGHEST} was free in ${TRIES} tries`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
