import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a dashboard shows of one server. Labels are from closed sets, so the series are bounded. */
export interface Metrics {
  registry: Registry;
  connections: Gauge<'transport'>;
  subscriptions: Gauge<'feed'>;
  eventsPublished: Counter<'type'>;
  eventsDelivered: Counter<'feed'>;
  eventsReplayed: Counter<'feed'>;
  eventsDropped: Counter<'cause'>;
  busDropped: Counter<'cause'>;
  busReconnects: Counter;
  commitSeconds: Histogram;
  commitRetries: Counter<'cause'>;
  callSeconds: Histogram<'path' | 'outcome'>;
  nodeLock: Gauge;
  rateLimited: Counter<'limit'>;
  refusals: Counter<'reason'>;
  authentications: Counter<'outcome'>;
}

export function createMetrics(): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
  const nodeLock = new Gauge({
    name: 'parley_node_lock',
    help: 'Whether this node has its place at the database; 0 while that is lost, or another node has taken it',
    registers,
  });
  nodeLock.set(1);
  return {
    registry,
    nodeLock,
    connections: new Gauge({
      name: 'parley_connections',
      help: 'Open connections',
      labelNames: ['transport'],
      registers,
    }),
    subscriptions: new Gauge({
      name: 'parley_subscriptions',
      help: 'Open subscriptions',
      labelNames: ['feed'],
      registers,
    }),
    eventsPublished: new Counter({
      name: 'parley_events_published_total',
      help: 'Events given to the bus',
      labelNames: ['type'],
      registers,
    }),
    eventsDelivered: new Counter({
      name: 'parley_events_delivered_total',
      help: 'Events handed to a connection, live or replayed',
      labelNames: ['feed'],
      registers,
    }),
    eventsReplayed: new Counter({
      name: 'parley_events_replayed_total',
      help: 'Delivered events that were read from the log',
      labelNames: ['feed'],
      registers,
    }),
    eventsDropped: new Counter({
      name: 'parley_events_dropped_total',
      help: 'Ephemeral events not delivered',
      labelNames: ['cause'],
      registers,
    }),
    busDropped: new Counter({
      name: 'parley_bus_frames_dropped_total',
      help: 'Frames that did not go to other nodes, or came from them and were none',
      labelNames: ['cause'],
      registers,
    }),
    busReconnects: new Counter({
      name: 'parley_bus_reconnects_total',
      help: 'Connections to Redis that were lost and are there again',
      registers,
    }),
    commitSeconds: new Histogram({
      name: 'parley_commit_seconds',
      help: 'Time of a durable write, from its begin to its commit; what changed nothing is left out',
      buckets: seconds,
      registers,
    }),
    commitRetries: new Counter({
      name: 'parley_commit_retries_total',
      help: 'Durable writes done again, because the database had undone them for another one',
      labelNames: ['cause'],
      registers,
    }),
    callSeconds: new Histogram({
      name: 'parley_call_seconds',
      help: 'Time of a query or mutation',
      labelNames: ['path', 'outcome'],
      buckets: seconds,
      registers,
    }),
    rateLimited: new Counter({
      name: 'parley_rate_limited_total',
      help: 'Calls refused by a rate limit',
      labelNames: ['limit'],
      registers,
    }),
    refusals: new Counter({
      name: 'parley_refusals_total',
      help: 'Calls refused, by reason',
      labelNames: ['reason'],
      registers,
    }),
    authentications: new Counter({
      name: 'parley_authentications_total',
      help: 'Connections and requests with a token, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
  };
}

/** Shows what a node has to do with the others. */
export function watchNodes(
  { registry }: Metrics,
  { bus, lease }: { bus: { readonly isUp: boolean }; lease: { readonly isShared: boolean } },
): void {
  const watch = (name: string, help: string, isUp: () => boolean) => {
    const gauge: Gauge = new Gauge({
      name,
      help: `${help}; always 1 on a node of its own`,
      registers: [],
      collect: () => gauge.set(isUp() ? 1 : 0),
    });
    registry.registerMetric(gauge);
  };
  watch('parley_bus_up', 'Whether frames reach the other nodes', () => bus.isUp);
  watch('parley_lease_up', 'Whether the other nodes know who is connected here', () => lease.isShared);
}
