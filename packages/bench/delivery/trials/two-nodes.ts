import type { Bout, Trial } from '../../frame/trial.ts';
import { count } from '../../table.ts';
import { deliver, tell, type Load } from '../bout.ts';
import { KINDS, type Pool, type RunningSubject } from '../pool.ts';
import type { Scale } from '../scale.ts';

/** The readers of one room on one node, and half of them on each of two, which hear of its events through Redis. */
export function twoNodes(pool: Pool, redisUrl: string, { quick }: Scale): Trial {
  const size = { people: 100, perRoom: 100 };
  const devices = quick ? 2 : 10;
  const load: Load = { perTurn: 1, turns: 20, batches: 5 };
  const bareWs = async (): Promise<Bout> => {
    const subject = await pool.subject(KINDS.ws);
    const seated = await pool.seat({ kind: KINDS.ws, subject, seating: { ...size, devices } });
    return {
      round: async () => ({ nodes: await deliver(pool, seated, load) }),
      [Symbol.asyncDispose]: () => seated[Symbol.asyncDispose](),
    };
  };
  const parleyOn = (many: 1 | 2) => async (): Promise<Bout> => {
    const nodes: RunningSubject[] = [];
    const place = await pool.place();
    const hall = pool.hall(size);
    const here = { protocol: KINDS.parley.protocol, hall, devices: devices / many, inbox: false };
    try {
      while (nodes.length < many)
        nodes.push(await pool.start(KINDS.parley, { ...place, ...(many > 1 && { redisUrl }) }));
      const [first] = nodes;
      if (first === undefined) throw new Error('no node');
      await first.servant.ask('admit', hall);
      const audiences: number[] = [];
      for (const { url } of nodes) audiences.push(await pool.generator.ask('join', { ...here, url }));
      const used = () => Promise.all(nodes.map(async ({ servant }) => (await servant.usage()).cpuMs));
      return {
        async round() {
          const before = await used();
          const events = await tell(pool, { servant: first.servant, hall, audiences }, load);
          const each = (await used()).map((cpuMs, node) => cpuMs - (before[node] ?? 0));
          return { nodes: (Math.max(...each) / (size.people * here.devices * events)) * 100_000 };
        },
        async [Symbol.asyncDispose]() {
          for (const audience of audiences) await pool.generator.ask('leave', { audience });
          for (const { servant } of nodes) await servant[Symbol.asyncDispose]();
        },
      };
    } catch (error) {
      for (const { servant } of nodes) await servant[Symbol.asyncDispose]();
      throw error;
    }
  };
  return {
    title: 'Two nodes through Redis',
    rows: [
      {
        name: 'nodes',
        title: `Fan-out to ${count(size.people * devices)} readers of one room, on one node or half of them on each of two`,
        unit: 'CPU milliseconds for 100 000 deliveries of a node, the one of the two that takes more',
        goals: [{ of: 'parley-nodes', than: 'parley', atMost: 1.25 }],
      },
    ],
    contestants: [
      { ...KINDS.parley, title: `${KINDS.parley.title}, one node`, enter: parleyOn(1) },
      { name: 'parley-nodes', title: `${KINDS.parley.title}, two nodes`, enter: parleyOn(2) },
      { ...KINDS.ws, enter: bareWs },
    ],
    notes: [
      'The readers are as many in all, since both nodes and Redis share the core that one node has to itself: twice as many readers cost more each whatever serves them, as less of them fits the caches of the two cores.',
    ],
  };
}
