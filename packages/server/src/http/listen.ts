/** One port for everything: HTTP and the WebSocket upgrade, on a server of our own or inside a host's. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import type { FastifyInstance } from 'fastify';

import type { Clock } from '../core/clock.ts';
import { StartupError } from '../core/startup-error.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { refuseUpgrade, type Sockets } from './sockets.ts';
import { isOurs } from './web-app.ts';

export type HostServer = Server | SecureServer;

interface Edge {
  app: FastifyInstance;
  sockets: Sockets;
}

const IDLE_CHECK_MS = 50;
const TIMEOUTS = { requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 72_000 };

/**
 * Serves on a port of our own.
 *
 * @throws StartupError in one line when the address cannot be listened on.
 */
export async function listen(edge: Edge, limits: EdgeLimits, { port, host }: { port: number; host: string }) {
  const server = createServer(TIMEOUTS);
  server.maxConnections = limits.tcpConnections;
  attach(edge, server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)));
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  const name = family === 'IPv6' ? `[${address}]` : address;
  return { server, url: `http://${name}:${bound}` };
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): StartupError {
  const why: Record<string, string> = {
    EADDRINUSE: 'the port is in use',
    EACCES: 'this user may not use the port',
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'the host is not known',
  };
  return new StartupError(`cannot listen on ${host}:${port}: ${why[error.code ?? ''] ?? error.message}`, {
    cause: error,
  });
}

/** Takes no new connections, and waits for the requests under way, at most `ms`. */
export async function stopServer(server: Server, clock: Clock, ms: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Those that are busy now are idle when their call is done.
  using _idle = clock.every(IDLE_CHECK_MS, () => server.closeIdleConnections());
  using _cutOff = clock.after(ms, () => server.closeAllConnections());
  await closed;
}

/**
 * Serves inside a host's server, which may be listening already. Our paths are ours; every other request goes to the
 * listeners that the server had, and every other upgrade to the host's own upgrade listeners, where it has any.
 * Returns what undoes it.
 */
export function attach({ app, sockets }: Edge, server: HostServer): () => void {
  const theirs = server.listeners('request') as RequestListener[];
  const onRequest: RequestListener = (request, response) => {
    if (theirs.length === 0 || isOurs(request.url ?? '')) app.routing(request, response);
    else for (const listener of theirs) Reflect.apply(listener, server, [request, response]);
  };
  const onUpgrade = (request: IncomingMessage, wire: Duplex, head: Buffer) => {
    if (request.url?.split('?')[0] === '/trpc') sockets.upgrade(request, wire, head);
    else if (server.listenerCount('upgrade') === 1) refuseUpgrade(wire, 404, 'not_found');
  };
  server.removeAllListeners('request');
  server.on('request', onRequest);
  server.on('upgrade', onUpgrade);
  return () => {
    server.off('request', onRequest);
    server.off('upgrade', onUpgrade);
    for (const listener of theirs) server.on('request', listener);
  };
}
