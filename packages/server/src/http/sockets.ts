/**
 * tRPC over WebSocket. Upgrades are routed by hand: nothing is upgraded that is not for here, from a page that may not
 * call, or more than there is room for. Creating a context never throws: whoever has no good token is refused call by
 * call, and told why by the close code.
 */
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { ErrorReason } from '@parley/contract';
import { LIMITS, REASONS } from '@parley/contract/schemas';
import type { AnyTRPCRouter } from '@trpc/server';
import { WebSocketServer, type WebSocket } from 'ws';

import type { Authenticator } from '../core/authenticator.ts';
import type { Authentication, Context } from '../core/context.ts';
import { Refusal } from '../core/refusal.ts';
import type { Services } from '../core/services.ts';
import { transformer } from '../core/transformer.ts';
import { tokenFromParams } from './access-token.ts';
import type { AddressOf } from './addresses.ts';
import { authenticate } from './authenticate.ts';
import { CLOSE } from './close-code.ts';
import type { Connections } from './connections.ts';
import { nudgeSpreadMs, type EdgeLimits } from './edge-limits.ts';
import { describeError } from './errors.ts';
import { KeepAlive } from './keep-alive.ts';
import { Lines } from './lines.ts';
import type { Origins } from './origins.ts';
import { SocketCalls, type Params } from './socket-calls.ts';
import { SocketConnection } from './socket-connection.ts';
import { Timers } from './timers.ts';
import { TurnWrites } from './turn-writes.ts';

export interface SocketsOptions {
  router: AnyTRPCRouter;
  services: Services;
  authenticator: Authenticator;
  connections: Connections;
  origins: Origins;
  addressOf: AddressOf;
  limits: EdgeLimits;
  random: () => number;
}

export class Sockets {
  readonly #options: SocketsOptions;
  readonly #server: WebSocketServer;
  readonly #open = new Set<SocketConnection>();
  readonly #writes = new TurnWrites();
  readonly #lines = new Lines();
  /** Upgrades under way and sockets, by address, that have not shown a good token. */
  readonly #unauthenticated = new Map<string, number>();
  #stopping = false;
  /** Called when a socket has closed. */
  #left: () => void = () => undefined;

  constructor(options: SocketsOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: LIMITS.wsPayloadBytes,
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /** Upgrades a request to `/trpc`, or refuses it. */
  upgrade(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    wire.on('error', () => wire.destroy());
    const refusal = this.#refusal(request);
    if (refusal !== undefined) {
      const ip = this.#options.addressOf(request);
      this.#options.services.log.info({ ...refusal, ip }, 'upgrade refused');
      refuseUpgrade(wire, refusal.status, refusal.reason);
      return;
    }
    this.#server.handleUpgrade(request, wire, head, (socket) => this.#accept(socket, request, wire));
  }

  /** Tells every client to come again elsewhere, and closes what has not left when it had the time. Takes no new ones. */
  async drain(): Promise<void> {
    this.#stopping = true;
    const { limits, services, random } = this.#options;
    using timers = new Timers(services.clock);
    for (const connection of this.#open) {
      timers.after(random() * nudgeSpreadMs(limits), () => connection.nudge());
    }
    timers.after(limits.leaveMs, () => {
      for (const connection of this.#open) {
        connection.closeWhenAnswered(CLOSE.serviceRestart, 'server restarts', limits.drainMs);
      }
    });
    while (this.#open.size > 0) await new Promise<void>((resolve) => (this.#left = resolve));
  }

  /** Closes every socket now: what they say of whoever is there is not to be trusted. */
  giveUp(): void {
    for (const connection of this.#open) connection.close(CLOSE.serviceRestart, 'server was away');
  }

  #refusal(request: IncomingMessage): { status: number; reason: ErrorReason } | undefined {
    const { origins, addressOf, limits } = this.#options;
    const { headers, url } = request;
    if (!URL.canParse(url ?? '', `http://${headers.host}`)) return { status: 400, reason: 'invalid_input' };
    if (this.#stopping || this.#open.size >= limits.sockets) return { status: 503, reason: 'unavailable' };
    if (!origins.allows(headers.origin, headers.host)) return { status: 403, reason: 'origin_not_allowed' };
    const waiting = this.#unauthenticated.get(addressOf(request)) ?? 0;
    return waiting >= limits.unauthenticatedPerIp
      ? { status: 429, reason: 'too_many_connections' }
      : undefined;
  }

  #accept(socket: WebSocket, request: IncomingMessage, wire: Duplex): void {
    const { router, services, limits, authenticator } = this.#options;
    const { clock, metrics } = services;
    const id = services.newId();
    const ip = this.#options.addressOf(request);
    const log = services.log.child({ requestId: id });
    const expectsParams = urlOf(request)?.searchParams.get('connectionParams') === '1';
    const connection = new SocketConnection({
      id,
      ip,
      socket,
      wire,
      writes: this.#writes,
      lines: this.#lines,
      expectsParams,
      limits,
      clock,
      log,
      verify: (accessToken) => authenticator.verify(accessToken),
      refuse: (callId, reason) => {
        const error = new Refusal(reason, reason === 'rate_limited' ? { retryAfterMs: 1_000 } : {});
        const shape = transformer.output.serialize(describeError(error, id));
        socket.send(JSON.stringify({ id: callId, error: shape }));
      },
    });
    const context: Context = {
      requestId: id,
      ip,
      connection,
      services,
      authentication: () => connection.authentication(),
      renew: (accessToken) => connection.renew(accessToken),
    };
    this.#open.add(connection);
    metrics.connections.inc({ transport: 'ws' });
    const present = this.#enter(ip, connection);
    const keepAlive = new KeepAlive({ socket, wire, limits, clock });
    socket.on('close', () => {
      keepAlive[Symbol.dispose]();
      present.leave();
      this.#open.delete(connection);
      metrics.connections.dec({ transport: 'ws' });
      this.#left();
    });
    log.info({ ip }, 'socket opened');

    const calls = new SocketCalls({
      router,
      socket,
      frames: connection.frames,
      outlet: connection.outlet,
      lines: this.#lines,
      maxBatch: LIMITS.wsBatch,
      expectsParams,
      open: async (params) => {
        const authentication = await this.#authenticate(connection, params);
        if (connection.isOpen) connection.settle(present.admit(authentication));
        return context;
      },
      onError: (error, type) => {
        if (type === 'unknown') log.debug({ err: error }, 'socket error');
        connection.failed(error);
      },
    });
    socket.on('message', (raw, isBinary) => calls.take(raw, isBinary));
    socket.on('error', (error) => calls.failed(error));
    socket.once('close', () => calls.close());
  }

  async #authenticate(connection: SocketConnection, params: Params | null): Promise<Authentication> {
    if (connection.frames.badParams) return { caller: undefined, refusal: 'bad_connection_params' };
    const { authenticator, services } = this.#options;
    const log = services.log.child({ requestId: connection.id });
    return await authenticate(params === null ? undefined : tokenFromParams(params), { authenticator, log });
  }

  /** Counts a socket against its address until it shows a good token, and then among its person's connections. */
  #enter(ip: string, connection: SocketConnection) {
    const { connections, services } = this.#options;
    this.#unauthenticated.set(ip, (this.#unauthenticated.get(ip) ?? 0) + 1);
    let counted = true;
    const uncount = () => {
      if (!counted) return;
      counted = false;
      const left = (this.#unauthenticated.get(ip) ?? 1) - 1;
      if (left === 0) this.#unauthenticated.delete(ip);
      else this.#unauthenticated.set(ip, left);
    };
    let place: Disposable | undefined;
    return {
      admit(authentication: Authentication): Authentication {
        if (authentication.caller === undefined) return authentication;
        uncount();
        place = connections.add(authentication.caller, connection);
        services.log.info({ requestId: connection.id, userId: authentication.caller.id }, 'authenticated');
        return place === undefined ? { caller: undefined, refusal: 'too_many_connections' } : authentication;
      },
      leave() {
        uncount();
        place?.[Symbol.dispose]();
      },
    };
  }
}

/** Answers an upgrade like any other request, and ends the connection. */
export function refuseUpgrade(wire: Duplex, status: number, reason: ErrorReason): void {
  const body = JSON.stringify({
    error: { message: REASONS[reason].message, data: { reason, httpStatus: status } },
  });
  wire.on('error', () => wire.destroy());
  wire.once('finish', () => wire.destroy());
  wire.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

/** What a request asks for, read as tRPC's adapter reads it; undefined where it is no address. */
export function urlOf({ url = '' }: IncomingMessage): URL | undefined {
  return URL.canParse(url, 'http://x') ? new URL(url, 'http://x') : undefined;
}
