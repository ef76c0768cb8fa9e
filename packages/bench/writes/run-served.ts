// The process of a server that others send to, with a settled database of its own.
import { serve } from '../servant.ts';
import type { Acknowledged } from './flood.ts';
import { findFaults } from './proof.ts';
import { serveFastify } from './serve-fastify.ts';
import { serveParley } from './serve-parley.ts';
import { serveSocketIo } from './serve-socket-io.ts';
import { openTown, type Place, type Town } from './town.ts';

export type ServeTown = (town: Town) => Promise<{ url: string }>;

const SERVERS = { parley: serveParley, fastify: serveFastify, 'socket-io': serveSocketIo } satisfies Record<
  string,
  ServeTown
>;

export type ServerName = keyof typeof SERVERS;

export interface ServedApi extends Record<string, (order: never) => unknown> {
  start(order: { place: Place; server: ServerName; rooms: number }): Promise<{ url: string }>;
  /** @returns what of everything that was acknowledged is not in the database as it should be */
  prove(order: { acknowledged: Acknowledged }): Promise<string[]>;
}

let town: Town | undefined;

serve<ServedApi>({
  async start({ place, server, rooms }) {
    town = await openTown(place, { rooms });
    return await SERVERS[server](town);
  },
  async prove({ acknowledged }) {
    if (town === undefined) throw new Error('nothing is started');
    return findFaults(town, acknowledged);
  },
});
