/** One port for everything: HTTP and the WebSocket upgrade, on a server of our own or inside a host's. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import { Server as TcpServer, type AddressInfo, type Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { StartupError } from '../core/startup-error.ts';
import type { Port } from './drain.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { serveInside } from './guests.ts';
import type { Sockets } from './sockets.ts';
import { closeWithConnection } from './waiting-responses.ts';

export type HostServer = Server | SecureServer;

export interface Edge {
  app: FastifyInstance;
  sockets: Sockets;
  limits: EdgeLimits;
  clock: Clock;
  log: Logger;
}

const IDLE_CHECK_MS = 50;
const TIMEOUTS = { requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 72_000 };

/**
 * Serves on a port of our own.
 *
 * @throws StartupError in one line when the address cannot be listened on.
 */
export async function listen(
  edge: Edge,
  { port, host }: { port: number; host: string },
): Promise<Port & { url: string }> {
  const server = createServer(TIMEOUTS);
  server.maxConnections = edge.limits.tcpConnections;
  const attached = attach(edge, server);
  const open = connectionsOf(server);
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(listenError(error, port, host));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      // It goes on listening: without file descriptors, say, until there are some again.
      server.on('error', (error) => edge.log.error({ err: error }, 'server error'));
      resolve();
    });
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  const name = family === 'IPv6' ? `[${address}]` : address;
  return { url: `http://${name}:${bound}`, ...ownPort(server, { ...edge, open, attached }) };
}

/** The open connections of a server; some have asked for nothing: a browser's spare ones, a balancer's probes. */
function connectionsOf(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  // One listener for all: it keeps nothing of any.
  function closed(this: Socket) {
    open.delete(this);
  }
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', closed);
  });
  return open;
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): StartupError {
  const known: Record<string, string> = {
    EADDRINUSE: 'the port is in use (see PORT)',
    EACCES: 'this user may not use the port (see PORT)',
    EADDRNOTAVAIL: 'this machine has no such address (see HOST)',
    ENOTFOUND: 'the host is not known (see HOST)',
  };
  const why = known[error.code ?? ''] ?? `${error.message} (see HOST and PORT)`;
  return new StartupError(`cannot listen on ${host}:${port}: ${why}`, { cause: error });
}

function ownPort(
  server: Server,
  { clock, limits, open, attached }: Edge & { open: ReadonlySet<Socket>; attached: Port },
): Port {
  let closed: Promise<void> | undefined;
  let quietUntil = 0;
  const pause = () => {
    if (closed !== undefined) return;
    attached.pause();
    quietUntil = clock.now() + limits.idleMs;
    // The server's own `close` cuts off idle connections at once, while the next call may be on its way.
    closed = new Promise<void>((resolve) => TcpServer.prototype.close.call(server, () => resolve()));
  };
  return {
    pause,
    async stop() {
      pause();
      const closeIdle = () => {
        // A browser's spare ones, a balancer's probes.
        for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
        server.closeIdleConnections();
      };
      using _idle = clock.every(IDLE_CHECK_MS, () => {
        // Requests that came while this process stood still are read first: their connections are not idle.
        if (clock.now() >= quietUntil) setImmediate(closeIdle);
      });
      using _cutOff = clock.after(limits.drainMs, () => server.closeAllConnections());
      await closed;
      // Ends the checks of its timeouts.
      server.close();
    },
  };
}

/**
 * Serves inside a host's server, which may be listening already. Our paths are ours; every other request and upgrade goes
 * to the listeners that the server has.
 * Returns what undoes it: once stopped the host has its requests back at once, and those that we have are waited for, at
 * most `drainMs`; then they are cut off.
 */
export function attach({ app, sockets, limits, clock }: Edge, server: HostServer): Port {
  const pending = new Set<ServerResponse>();
  let answered: () => void = () => undefined;
  let paused = false;
  const leave = serveInside(server, {
    request(request, response) {
      closeWithConnection(response, request.socket);
      pending.add(response);
      if (paused) response.shouldKeepAlive = false;
      response.once('close', () => {
        pending.delete(response);
        if (pending.size === 0) answered();
      });
      app.routing(request, response);
    },
    upgrade: (request, wire, head) => sockets.upgrade(request, wire, head),
  });
  return {
    pause() {
      paused = true;
      for (const response of pending) response.shouldKeepAlive = false;
    },
    async stop() {
      leave();
      if (pending.size === 0) return;
      const done = new Promise<void>((resolve) => (answered = resolve));
      using _cutOff = clock.after(limits.drainMs, () => {
        for (const response of pending) response.destroy();
        answered();
      });
      await done;
    },
  };
}
