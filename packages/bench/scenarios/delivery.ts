// What it costs to deliver, beside the peers: CPU, memory and time of events that are there already.
import { startRedis } from '../../tests/harness/redis.ts';
import { findCentrifugo } from '../delivery/centrifugo.ts';
import { Pool } from '../delivery/pool.ts';
import { scaleOf } from '../delivery/scale.ts';
import { connecting } from '../delivery/trials/connecting.ts';
import { largeRoom } from '../delivery/trials/large-room.ts';
import { memory } from '../delivery/trials/memory.ts';
import { oneRoom } from '../delivery/trials/one-room.ts';
import { resuming } from '../delivery/trials/resuming.ts';
import { roomsOfTwo } from '../delivery/trials/rooms-of-two.ts';
import { twoNodes } from '../delivery/trials/two-nodes.ts';
import { trialScenario } from '../frame/trial-scenario.ts';

const ABOUT = `
What does it cost to bring an event to whoever is to be told? Each subject is a process of its own, and is given the same events, of about 350 bytes as JSON; where they come from is not measured (see the scenario \`writes\`).

Parley is its real server: rooms, people, tokens and subscriptions as in use, and its events come on its bus, as from another node. The peers are built as their own documentation shows. Centrifugo, where its binary is on PATH, is a server of its own that a back end publishes to by its HTTP API, one request for what is told in one turn of the back end's event loop: taking the requests is in its figures, and their way in its latency. The back end is not measured, and has the generator's core.
`.trim();

export const delivery = trialScenario({
  title: 'Delivery',
  about: ABOUT,
  async prepare(subjects, { quick }) {
    const redis = await startRedis();
    const centrifugo = await findCentrifugo();
    const pool = new Pool(subjects.places);
    const scale = scaleOf(quick, 'kind' in centrifugo ? [centrifugo.kind] : []);
    return {
      trials: [
        oneRoom(pool, scale),
        roomsOfTwo(pool, scale),
        connecting(pool, scale),
        resuming(pool, scale),
        memory(pool, scale),
        ...(redis === undefined ? [] : [twoNodes(pool, redis.url, scale)]),
        // What so many leave behind is in no other table.
        ...(quick || scale.ifGrown.length === 0 ? [] : [largeRoom(pool)]),
      ],
      leftOut: [
        ...(redis === undefined ? ['two nodes, because this machine has neither Redis nor Valkey'] : []),
        ...(scale.ifGrown.length === 0
          ? ['what does not grow with idle connections, because a process may not have so many files open']
          : []),
        ...('leftOut' in centrifugo ? [centrifugo.leftOut] : []),
      ],
      async [Symbol.asyncDispose]() {
        await pool[Symbol.asyncDispose]();
        await redis?.[Symbol.asyncDispose]();
      },
    };
  },
});
