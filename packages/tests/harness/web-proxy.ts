// An HTTP proxy that does to upgrades what proxies do that know no WebSocket; everything else passes.
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * - `pass`: they go through
 * - `refuse`: 502
 * - `hang`: no answer ever
 * - `reset`: they go through, and the connection is reset as soon as the server has answered
 * - `swallow`: they go through, and nothing that follows does
 */
export type Upgrades = 'pass' | 'refuse' | 'hang' | 'reset' | 'swallow';

export class WebProxy implements AsyncDisposable {
  upgrades: Upgrades;
  /** Answers everything with 502, as where the server is not there. */
  isAway = false;
  /** How many upgrades were asked for. */
  asked = 0;
  /** Requests that passed, with their paths. */
  readonly passed: string[] = [];
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Duplex>();

  private constructor(target: string, upgrades: Upgrades) {
    this.#target = new URL(target);
    this.upgrades = upgrades;
    this.#server = createServer((incoming, outgoing) => {
      if (this.isAway) {
        outgoing.writeHead(502).end('<h1>Bad gateway</h1>');
        return;
      }
      this.passed.push(incoming.url ?? '');
      const through = request(this.#options(incoming), (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
      });
      through.on('error', () => {
        if (outgoing.headersSent) outgoing.destroy();
        else outgoing.writeHead(502).end('<h1>Bad gateway</h1>');
      });
      outgoing.on('close', () => through.destroy());
      incoming.pipe(through);
    });
    this.#server.on('connection', (socket) => this.#keep(socket));
    this.#server.on('upgrade', (incoming, socket) => this.#upgrade(incoming, socket));
  }

  /** Listens on a free port of 127.0.0.1. */
  static async open(target: string, upgrades: Upgrades): Promise<WebProxy> {
    const proxy = new WebProxy(target, upgrades);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Carries nothing more over the upgraded connections that there are, and neither side hears of it. */
  freeze(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** Resets every connection. */
  cut(): void {
    for (const socket of this.#sockets) if ('resetAndDestroy' in socket) (socket as Socket).resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #options({ url, method, headers }: IncomingMessage) {
    const { hostname, port } = this.#target;
    return { hostname, port, path: url, method, headers };
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #upgrade(incoming: IncomingMessage, socket: Duplex): void {
    this.asked += 1;
    const upgrades = this.isAway ? 'refuse' : this.upgrades;
    if (upgrades === 'hang') return;
    if (upgrades === 'refuse') {
      socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const target = connect(Number(this.#target.port), this.#target.hostname);
    this.#keep(target);
    const { rawHeaders } = incoming;
    const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
    target.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    target.once('data', (answer) => {
      socket.write(answer, () => {
        if (upgrades === 'reset') this.#end(socket, target);
      });
      if (upgrades !== 'pass') return;
      target.pipe(socket);
      socket.pipe(target);
    });
    socket.once('close', () => target.destroy());
    target.once('close', () => socket.destroy());
  }

  #end(socket: Duplex, target: Socket): void {
    if (socket.destroyed) return;
    (socket as Socket).resetAndDestroy();
    target.destroy();
  }
}
