/** What happens to the nodes themselves. */
import type { ServerNode } from '../../harness/node.ts';
import type { Fault } from './fault.ts';

const RESTART_TRIES = 10;

export const NODE_FAULTS: readonly Fault[] = [
  {
    name: 'node killed',
    weight: 3,
    lasts: [200, 4000],
    touches: 'node',
    begin: async ({ places }, random) => {
      const { node } = random.pick(places);
      await node.end('SIGKILL');
      return { detail: node.name, undo: () => startAgain(node) };
    },
  },
  {
    name: 'node restarted',
    weight: 2,
    lasts: [0, 1000],
    touches: 'node',
    begin: async ({ places }, random) => {
      const { node } = random.pick(places);
      await node.end('SIGTERM');
      return { detail: node.name, undo: () => startAgain(node) };
    },
  },
  {
    name: 'rolling restart',
    weight: 1,
    lasts: [0, 0],
    touches: 'node',
    begin: async ({ places }) => {
      for (const { node } of places) {
        await node.end('SIGTERM');
        await startAgain(node);
      }
      return { detail: `${places.length} nodes` };
    },
  },
  freeze('node frozen', { weight: 2, lasts: [500, 6000] }),
  freeze('node frozen for long', { weight: 1, lasts: [35_000, 60_000], needsMs: 120_000 }),
  {
    name: 'bus storm',
    weight: 3,
    lasts: [3000, 3000],
    touches: 'bus',
    begin: ({ places }) => {
      for (const { node } of places) node.signal('SIGUSR2');
      return { detail: 'half of the frames lost, a fifth doubled, a fifth late', undo: () => undefined };
    },
  },
];

function freeze(name: string, when: Pick<Fault, 'weight' | 'lasts' | 'needsMs'>): Fault {
  return {
    name,
    ...when,
    touches: 'node',
    begin: ({ places }, random) => {
      const { node } = random.pick(places);
      node.signal('SIGSTOP');
      return { detail: node.name, undo: () => node.signal('SIGCONT') };
    },
  };
}

/** A database that is away at the moment ends a start. */
async function startAgain(node: ServerNode): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await node.start();
      return;
    } catch (error) {
      if (tries === RESTART_TRIES) throw error;
    }
  }
}
