import { WrongAnswer, type Bout, type Trial } from '../../frame/trial.ts';
import { count } from '../../table.ts';
import { deliver, type Load } from '../bout.ts';
import { KINDS, type Pool, type RunningSubject } from '../pool.ts';
import type { Scale } from '../scale.ts';

/** The readers of one room on two nodes, which hear of its events through Redis. */
export function twoNodes(pool: Pool, redisUrl: string, { quick }: Scale): Trial {
  const seating = { people: 100, perRoom: 100, devices: quick ? 2 : 10 };
  const readers = seating.people * seating.devices;
  const load: Load = { perTurn: 1, turns: 20, batches: 5 };
  const alone = (kind: typeof KINDS.parley | typeof KINDS.ws) => async (): Promise<Bout> => {
    const seated = await pool.seat({ kind, subject: await pool.subject(kind), seating });
    return {
      round: async () => ({ nodes: await deliver(pool, seated, load) }),
      [Symbol.asyncDispose]: () => seated[Symbol.asyncDispose](),
    };
  };
  const together = async (): Promise<Bout> => {
    const nodes: RunningSubject[] = [];
    const place = await pool.place();
    const { devices, ...size } = seating;
    const hall = pool.hall(size);
    try {
      for (let node = 0; node < 2; node += 1)
        nodes.push(await pool.start(KINDS.parley, { ...place, redisUrl }));
      const [first] = nodes;
      if (first === undefined) throw new Error('no node');
      await first.servant.ask('admit', hall);
      const audiences: number[] = [];
      for (const { url } of nodes) {
        const { protocol } = KINDS.parley;
        audiences.push(await pool.generator.ask('join', { url, protocol, hall, devices, inbox: false }));
      }
      const used = async () =>
        (await Promise.all(nodes.map(({ servant }) => servant.usage()))).map(({ cpuMs }) => cpuMs);
      return {
        async round() {
          const before = await used();
          for (let batch = 0; batch < load.batches; batch += 1) {
            const events = load.turns * load.perTurn;
            const told = audiences.map((audience) => pool.generator.ask('told', { audience, events }));
            await Promise.all([...told, first.servant.ask('publish', { hall, ...load })]).catch(
              (error: Error) => {
                throw new WrongAnswer(error.message);
              },
            );
          }
          const after = await used();
          const [here = 0, there = 0] = after.map(
            (cpuMs, node) =>
              ((cpuMs - (before[node] ?? 0)) / (readers * load.turns * load.batches)) * 100_000,
          );
          return { nodes: Math.max(here, there) };
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
        title: `Fan-out to ${count(readers)} readers of one room on each node`,
        unit: 'CPU milliseconds for 100 000 deliveries of a node, the one of the two that takes more',
        goals: [{ of: 'parley-nodes', than: 'parley', atMost: 1.25 }],
      },
    ],
    contestants: [
      { ...KINDS.parley, title: `${KINDS.parley.title}, one node`, enter: alone(KINDS.parley) },
      { name: 'parley-nodes', title: `${KINDS.parley.title}, two nodes`, enter: together },
      { ...KINDS.ws, enter: alone(KINDS.ws) },
    ],
  };
}
