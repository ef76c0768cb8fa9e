/** What happens between clients and nodes. */
import type { Link, Weather } from '../../harness/proxy.ts';
import type { Deployment } from '../nodes/deployment.ts';
import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';

export const CLIENT_FAULTS: readonly Fault[] = [
  {
    name: 'sockets cut',
    weight: 5,
    lasts: [0, 0],
    touches: 'clients',
    begin: (deployment, random) => {
      const links = someLinks(deployment, random);
      for (const link of links) link.cut();
      return { detail: `${links.length}` };
    },
  },
  {
    name: 'sockets closed',
    weight: 3,
    lasts: [0, 0],
    touches: 'clients',
    begin: (deployment, random) => {
      const links = someLinks(deployment, random);
      for (const link of links) link.close();
      return { detail: `${links.length}` };
    },
  },
  {
    name: 'herd',
    weight: 2,
    lasts: [0, 0],
    touches: 'clients',
    begin: ({ balancer }) => {
      const { length } = balancer.links;
      balancer.cut();
      return { detail: `all ${length}` };
    },
  },
  {
    name: 'half-open sockets',
    weight: 3,
    lasts: [1000, 6000],
    touches: 'clients',
    begin: (deployment, random) => {
      const links = someLinks(deployment, random);
      for (const link of links) link.weather = { silent: true };
      return {
        detail: `${links.length}`,
        // What was swallowed is missing: nothing but a cut can end it.
        undo: () => {
          for (const link of links) link.cut();
        },
      };
    },
  },
  onLinks('paused readers', { paused: true }, [1000, 5000]),
  onLinks('slow lines', { bytesPerSecond: 20_000, delayMs: 40 }, [1000, 5000]),
];

function onLinks(name: string, weather: Weather, lasts: Fault['lasts']): Fault {
  return {
    name,
    weight: 2,
    lasts,
    touches: 'clients',
    begin: (deployment, random) => {
      const links = someLinks(deployment, random);
      for (const link of links) link.weather = weather;
      return {
        detail: `${links.length}`,
        undo: () => {
          for (const link of links) link.weather = {};
        },
      };
    },
  };
}

function someLinks({ balancer }: Deployment, random: Random): Link[] {
  const share = random.next() * 0.6;
  const links = balancer.links.filter(() => random.chance(share));
  const [first] = balancer.links;
  return links.length === 0 && first !== undefined ? [first] : links;
}
