/**
 * tRPC over WebSocket. Upgrades are routed by hand: nothing is upgraded that is not for here, from a page that may not
 * call, or more than there is room for. Creating a context never throws: whoever has no good token is refused call by
 * call, and told why by the close code.
 */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { ErrorReason } from '@parley/contract';
import { LIMITS, REASONS } from '@parley/contract/schemas';
import { WebSocketServer, type Server } from 'ws';

import type { AddressOf } from './addresses.ts';
import { CLOSE } from './close-code.ts';
import { nudgeSpreadMs } from './edge-limits.ts';
import { Lines } from './lines.ts';
import { OpenSocket, type SocketParts } from './open-socket.ts';
import type { Origins } from './origins.ts';
import { ReplyFrames } from './reply-frames.ts';
import type { SocketConnection, SocketOptions } from './socket-connection.ts';
import { Timers } from './timers.ts';
import { ToldSocket } from './told-socket.ts';
import { TurnWrites } from './turn-writes.ts';

export interface SocketsOptions extends Omit<
  SocketParts,
  'writes' | 'lines' | 'replies' | 'clock' | 'log' | 'count' | 'closed'
> {
  origins: Origins;
  addressOf: AddressOf;
  random: () => number;
}

export class Sockets {
  readonly #options: SocketsOptions;
  readonly #parts: SocketParts;
  readonly #server: Server<typeof ToldSocket>;
  readonly #open = new Set<SocketConnection>();
  /** Upgrades under way and sockets, by address, that have not shown a good token. */
  readonly #unauthenticated = new Map<string, number>();
  /** The last that was good: a crowd asks for the same one. */
  #host: string | undefined;
  #stopping = false;
  /** Called when a socket has closed. */
  #left: () => void = () => undefined;

  constructor(options: SocketsOptions) {
    this.#options = options;
    const { clock, log } = options.services;
    this.#parts = {
      ...{ ...options, clock, log },
      writes: new TurnWrites(),
      lines: new Lines(),
      replies: new ReplyFrames(),
      count: (ip, change) => this.#count(ip, change),
      closed: (connection) => this.#closed(connection),
    };
    this.#server = new WebSocketServer({
      noServer: true,
      WebSocket: ToldSocket,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: LIMITS.wsPayloadBytes,
      maxFragments: options.limits.messageParts,
      maxBufferedChunks: options.limits.messageParts,
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /** Upgrades a request to `/trpc`, or refuses it. */
  upgrade(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    wire.on('error', destroy);
    const ip = this.#options.addressOf(request);
    const refusal = this.#refusal(request, ip);
    if (refusal !== undefined) {
      this.#options.services.log.info({ ...refusal, ip }, 'upgrade refused');
      refuseUpgrade(wire, refusal.status, refusal.reason);
      return;
    }
    // Whoever comes with others is answered with them.
    wire.cork();
    this.#parts.writes.begin({ flush: () => wire.uncork() });
    this.#server.handleUpgrade(request, wire, head, (socket) =>
      this.#accept(socket, { ip, wire, expectsParams: hasParams(request) }),
    );
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

  #refusal(request: IncomingMessage, ip: string): { status: number; reason: ErrorReason } | undefined {
    const { origins, limits } = this.#options;
    const { headers, url } = request;
    if (!this.#isAddress(headers.host, url)) return { status: 400, reason: 'invalid_input' };
    if (this.#stopping || this.#open.size >= limits.sockets) return { status: 503, reason: 'unavailable' };
    if (!origins.allows(headers.origin, headers.host)) return { status: 403, reason: 'origin_not_allowed' };
    const waiting = this.#unauthenticated.get(ip) ?? 0;
    return waiting >= limits.unauthenticatedPerIp
      ? { status: 429, reason: 'too_many_connections' }
      : undefined;
  }

  #isAddress(host: string | undefined, url = ''): boolean {
    if (url === USUAL && host !== undefined && host === this.#host) return true;
    if (!URL.canParse(url, `http://${host}`)) return false;
    this.#host = host;
    return true;
  }

  #accept(socket: ToldSocket, { ip, wire, expectsParams }: Omit<SocketOptions, 'id' | 'socket'>): void {
    // It has its own.
    wire.off('error', destroy);
    // Node.js puts it together from twenty texts, which are kept as long as it is: this makes one of them.
    const id = randomUUID().toLowerCase();
    this.#options.services.log.info({ requestId: id, ip }, 'socket opened');
    const opened = new OpenSocket(this.#parts, { id, ip, socket, wire, expectsParams });
    this.#open.add(opened.connection);
  }

  #closed(connection: SocketConnection): void {
    this.#open.delete(connection);
    this.#left();
  }

  /** A socket counts against its address until it shows a good token, and then among its person's connections. */
  #count(ip: string, change: 1 | -1): void {
    const count = (this.#unauthenticated.get(ip) ?? 0) + change;
    if (count === 0) this.#unauthenticated.delete(ip);
    else this.#unauthenticated.set(ip, count);
  }
}

/** A listener that keeps nothing of whoever adds it. */
function destroy(this: Duplex): void {
  this.destroy();
}

/** Answers an upgrade like any other request, and ends the connection. */
export function refuseUpgrade(wire: Duplex, status: number, reason: ErrorReason): void {
  const body = JSON.stringify({
    error: { message: REASONS[reason].message, data: { reason, httpStatus: status } },
  });
  wire.on('error', destroy);
  wire.once('finish', destroy);
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

/** Whether a request is for sockets, read as tRPC's adapter reads it. */
export function isForSockets({ url = '' }: IncomingMessage): boolean {
  return url === USUAL || urlOf(url)?.pathname === '/trpc';
}

/** What tRPC's clients ask for who send parameters, and all of ours do: a crowd is not parsed one by one. */
const USUAL = '/trpc?connectionParams=1';

function hasParams({ url = '' }: IncomingMessage): boolean {
  return url === USUAL || urlOf(url)?.searchParams.get('connectionParams') === '1';
}

function urlOf(url: string): URL | undefined {
  return URL.canParse(url, 'http://x') ? new URL(url, 'http://x') : undefined;
}
