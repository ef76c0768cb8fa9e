/**
 * How a node leaves the others. Readiness says so and nothing new is let in, before anyone is sent away: whoever comes
 * again is let in elsewhere. Then everybody is told, a little apart so that they do not arrive in one tick. A client has
 * time to move while its socket and its calls go on, and only what is still there after that is closed.
 */
import type { Clock } from '../core/clock.ts';
import { Refusal } from '../core/refusal.ts';
import type { Connections } from './connections.ts';
import { nudgeSpreadMs, type EdgeLimits } from './edge-limits.ts';
import type { Readiness } from './readiness.ts';
import type { Sockets } from './sockets.ts';

/** A server that we serve on. */
export interface Port {
  /** Takes no new connections, and asks those who are here to take another for their next call. */
  pause(): void;
  /** Waits for the requests under way, and leaves. */
  stop(): Promise<void>;
}

interface Options {
  readiness: Readiness;
  sockets: Sockets;
  connections: Connections;
  ports: readonly Port[];
  limits: EdgeLimits;
  clock: Clock;
  random: () => number;
  /** How long everything goes on after readiness has said that it ends. */
  delayMs: number;
}

export async function drain(options: Options): Promise<void> {
  const { readiness, sockets, connections, ports, limits, clock, random, delayMs } = options;
  readiness.stop();
  if (delayMs > 0) await new Promise<void>((resolve) => clock.after(delayMs, resolve));
  for (const port of ports) port.pause();
  connections.endStreams(new Refusal('unavailable'), (end) =>
    clock.after(random() * nudgeSpreadMs(limits), end),
  );
  await sockets.drain();
  await Promise.all(ports.map((port) => port.stop()));
}
