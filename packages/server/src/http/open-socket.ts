/**
 * One socket and what listens to it: who it counts for while it is open, whether its peer is there, and its calls. A
 * quiet one keeps nothing of the request that it came with.
 */
import type { AnyTRPCRouter, TRPCError } from '@trpc/server';
import type { RawData } from 'ws';

import type { Authentication, Context } from '../core/context.ts';
import type { Services } from '../core/services.ts';
import { tokenFromParams } from './access-token.ts';
import { authenticate } from './authenticate.ts';
import { CLOSE } from './close-code.ts';
import type { Connections } from './connections.ts';
import { KeepAlive } from './keep-alive.ts';
import type { ReplyFrames } from './reply-frames.ts';
import { SocketCalls, type Params } from './socket-calls.ts';
import { SocketConnection, type ConnectionParts, type SocketOptions } from './socket-connection.ts';
import type { SocketListener, ToldSocket } from './told-socket.ts';

/** What all sockets share. */
export interface SocketParts extends ConnectionParts {
  router: AnyTRPCRouter;
  replies: ReplyFrames;
  services: Services;
  connections: Connections;
  /** Counts the sockets of an address that have not shown a good token. */
  count: (ip: string, change: 1 | -1) => void;
  closed: (connection: SocketConnection) => void;
}

export class OpenSocket implements SocketListener {
  readonly connection: SocketConnection;
  readonly #parts: SocketParts;
  readonly #keepAlive: KeepAlive;
  readonly #calls: SocketCalls;
  #isCounted = true;
  #unwatch: (() => void) | undefined;
  /** Among its person's connections. */
  #place: Disposable | undefined;

  constructor(parts: SocketParts, options: SocketOptions<ToldSocket>) {
    const { socket, wire, ip, expectsParams } = options;
    this.#parts = parts;
    this.connection = new SocketConnection(parts, options);
    parts.services.metrics.connections.inc({ transport: 'ws' });
    parts.count(ip, 1);
    this.#keepAlive = new KeepAlive(socket, wire, parts);
    this.#watch();
    this.#calls = new SocketCalls(this, parts, { connection: this.connection, expectsParams });
    socket.told = this;
  }

  /** Says who calls. Never rejects. */
  async open(params: Params | null): Promise<void> {
    const { connection } = this;
    // Calls may follow a good token at once.
    this.#unwatch?.();
    this.#unwatch = undefined;
    const authentication = await this.#authenticate(params);
    if (!connection.isOpen) return;
    const admitted = this.#admit(authentication);
    if (admitted.caller === undefined) this.#watch();
    connection.settle(admitted);
  }

  /** Of one call: made for each, since most sockets have none under way. */
  context(): Context {
    const { connection } = this;
    const { id, ip } = connection;
    return {
      requestId: id,
      ip,
      connection,
      services: this.#parts.services,
      authentication: () => connection.authentication(),
      renew: (accessToken) => connection.renew(accessToken),
    };
  }

  /** A call has failed, or the socket has. */
  failed(error: TRPCError, isCall: boolean): void {
    const { log } = this.#parts;
    if (!isCall) log.debug({ requestId: this.connection.id, err: error }, 'socket error');
    this.connection.failed(error);
  }

  message(raw: RawData, isBinary: boolean): void {
    this.connection.heard();
    this.#keepAlive.heard();
    this.#calls.take(raw, isBinary);
  }

  ping(payload: Buffer): void {
    this.connection.heard();
    this.#look(payload);
  }

  pong(payload: Buffer): void {
    this.#look(payload);
  }

  error(cause: Error): void {
    this.#calls.failed(cause);
  }

  close(code: number): void {
    this.connection.closed(code);
    this.#keepAlive[Symbol.dispose]();
    this.#uncount();
    this.#place?.[Symbol.dispose]();
    this.#parts.services.metrics.connections.dec({ transport: 'ws' });
    this.#parts.closed(this.connection);
    this.#calls.close();
  }

  /**
   * Looks at a frame of control. `ws` keeps with a fragment, however short, the whole read that it came in, and bounds the
   * fragments alone: those of a message that is at the bound hold no more, unless other frames lie between them.
   */
  #look(payload: Buffer): void {
    this.#keepAlive.heardControl(payload);
    if (this.#keepAlive.unfinished > this.#parts.limits.unfinishedBytes)
      this.connection.cutShort(CLOSE.tooLong, 'message too long');
  }

  /** Looks at whatever comes, until the peer shows a token. */
  #watch(): void {
    const { wire } = this.connection;
    const look = () => {
      if (this.#keepAlive.unfinished > this.#parts.limits.strangerBytes)
        this.connection.strangerSaysTooMuch();
    };
    wire.on('data', look);
    this.#unwatch = () => wire.off('data', look);
  }

  async #authenticate(params: Params | null): Promise<Authentication> {
    const { frames, id } = this.connection;
    if (frames.badParams) return { caller: undefined, refusal: 'bad_connection_params' };
    const { authenticator, log } = this.#parts;
    const token = params === null ? undefined : tokenFromParams(params);
    return authenticate(token, { authenticator, log, requestId: id, arrives: true });
  }

  /** Whoever has shown a good token counts among their person's connections, and no longer against their address. */
  #admit(authentication: Authentication): Authentication {
    const { caller } = authentication;
    if (caller === undefined) return authentication;
    this.#uncount();
    const { connections, log } = this.#parts;
    this.#place = connections.add(caller, this.connection);
    log.info({ requestId: this.connection.id, userId: caller.id }, 'authenticated');
    return this.#place === undefined
      ? { caller: undefined, refusal: 'too_many_connections' }
      : authentication;
  }

  #uncount(): void {
    if (!this.#isCounted) return;
    this.#isCounted = false;
    this.#parts.count(this.connection.ip, -1);
  }
}
