/**
 * One socket and what listens to it: who it counts for while it is open, whether its peer is there, and its calls. A
 * quiet one keeps nothing of the request that it came with.
 */
import type { Duplex } from 'node:stream';

import type { AnyTRPCRouter, TRPCError } from '@trpc/server';
import type { RawData, WebSocket } from 'ws';

import type { Authenticator } from '../core/authenticator.ts';
import type { Authentication, Context } from '../core/context.ts';
import { Refusal } from '../core/refusal.ts';
import type { Services } from '../core/services.ts';
import { transformer } from '../core/transformer.ts';
import { tokenFromParams } from './access-token.ts';
import { authenticate } from './authenticate.ts';
import type { Connections } from './connections.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { describeError } from './errors.ts';
import { KeepAlive } from './keep-alive.ts';
import type { Lines } from './lines.ts';
import { SocketCalls, type Params } from './socket-calls.ts';
import { SocketConnection } from './socket-connection.ts';
import type { TurnWrites } from './turn-writes.ts';

/** What all sockets share. */
export interface SocketParts {
  router: AnyTRPCRouter;
  services: Services;
  authenticator: Authenticator;
  connections: Connections;
  limits: EdgeLimits;
  writes: TurnWrites;
  lines: Lines;
  /** Counts the sockets of an address that have not shown a good token. */
  count: (ip: string, change: 1 | -1) => void;
  closed: (connection: SocketConnection) => void;
}

export interface NewSocket {
  id: string;
  ip: string;
  socket: WebSocket;
  /** Beneath the socket. */
  wire: Duplex;
  /** Whether the client says that its first frame holds connection parameters. */
  expectsParams: boolean;
}

export class OpenSocket {
  readonly connection: SocketConnection;
  readonly #parts: SocketParts;
  readonly #context: Context;
  readonly #keepAlive: KeepAlive;
  readonly #calls: SocketCalls;
  #isCounted = true;
  /** Among its person's connections. */
  #place: Disposable | undefined;

  constructor(parts: SocketParts, { id, ip, socket, wire, expectsParams }: NewSocket) {
    const { router, services, authenticator, limits, writes, lines } = parts;
    const { clock, log } = services;
    this.#parts = parts;
    const connection = new SocketConnection({
      ...{ id, ip, socket, wire, writes, lines, expectsParams, limits, clock, log },
      verify: (accessToken) => authenticator.verify(accessToken),
      refuse: (callId, reason) => {
        const error = new Refusal(reason, reason === 'rate_limited' ? { retryAfterMs: 1_000 } : {});
        const shape = transformer.output.serialize(describeError(error, id));
        socket.send(JSON.stringify({ id: callId, error: shape }));
      },
    });
    this.connection = connection;
    this.#context = {
      requestId: id,
      ip,
      connection,
      services,
      authentication: () => connection.authentication(),
      renew: (accessToken) => connection.renew(accessToken),
    };
    services.metrics.connections.inc({ transport: 'ws' });
    parts.count(ip, 1);
    this.#keepAlive = new KeepAlive(socket, wire, { limits, clock });
    this.#calls = new SocketCalls(this, {
      ...{ router, socket, lines, expectsParams },
      frames: connection.frames,
      outlet: connection.outlet,
    });
    const heard = () => this.#keepAlive.heard();
    socket.on('ping', heard).on('pong', heard);
    socket.on('message', (raw, isBinary) => this.#take(raw, isBinary));
    socket.on('error', (error) => this.#calls.failed(error));
    socket.on('close', () => this.#closed());
  }

  /** Says who calls. Never rejects. */
  async open(params: Params | null): Promise<Context> {
    const { connection } = this;
    const authentication = await this.#authenticate(params);
    if (connection.isOpen) connection.settle(this.#admit(authentication));
    return this.#context;
  }

  /** A call has failed, or the socket has. */
  failed(error: TRPCError, isCall: boolean): void {
    const { log } = this.#parts.services;
    if (!isCall) log.debug({ requestId: this.connection.id, err: error }, 'socket error');
    this.connection.failed(error);
  }

  #take(raw: RawData, isBinary: boolean): void {
    this.#keepAlive.heard();
    this.#calls.take(raw, isBinary);
  }

  async #authenticate(params: Params | null): Promise<Authentication> {
    const { frames, id } = this.connection;
    if (frames.badParams) return { caller: undefined, refusal: 'bad_connection_params' };
    const { authenticator, services } = this.#parts;
    const token = params === null ? undefined : tokenFromParams(params);
    return authenticate(token, { authenticator, log: services.log, requestId: id, arrives: true });
  }

  /** Whoever has shown a good token counts among their person's connections, and no longer against their address. */
  #admit(authentication: Authentication): Authentication {
    const { caller } = authentication;
    if (caller === undefined) return authentication;
    this.#uncount();
    const { connections, services } = this.#parts;
    this.#place = connections.add(caller, this.connection);
    services.log.info({ requestId: this.connection.id, userId: caller.id }, 'authenticated');
    return this.#place === undefined
      ? { caller: undefined, refusal: 'too_many_connections' }
      : authentication;
  }

  #uncount(): void {
    if (!this.#isCounted) return;
    this.#isCounted = false;
    this.#parts.count(this.connection.ip, -1);
  }

  #closed(): void {
    this.#keepAlive[Symbol.dispose]();
    this.#uncount();
    this.#place?.[Symbol.dispose]();
    this.#parts.services.metrics.connections.dec({ transport: 'ws' });
    this.#parts.closed(this.connection);
    this.#calls.close();
  }
}
