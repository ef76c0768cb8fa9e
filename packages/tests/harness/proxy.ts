// A TCP proxy that does to connections what networks do: cuts, silence, delay, thin lines and peers that do not read.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How connections fare; what is not named is as it should be. */
export interface Weather {
  /** Each chunk waits so long, in either direction. */
  delayMs?: number;
  /** Each direction lets so much through. */
  bytesPerSecond?: number;
  /** Nothing is read from the target: what it sends piles up there. */
  paused?: boolean;
  /** Whatever is sent is swallowed, and neither side hears of it: half-open. Only a cut ends it. */
  silent?: boolean;
  /** New connections are reset at once. */
  refusing?: boolean;
}

/** A chunk of this size is let through at once on a thin line. */
const THIN_CHUNK = 1024;

/** One connection through the proxy. */
export class Link {
  readonly client: Socket;
  readonly target: Socket;
  #weather: Weather;
  #changed: () => void = () => undefined;

  constructor({ client, target, weather }: { client: Socket; target: Socket; weather: Weather }) {
    this.client = client;
    this.target = target;
    this.#weather = weather;
    void this.#carry(client, target, 'up');
    void this.#carry(target, client, 'down');
  }

  set weather(weather: Weather) {
    this.#weather = weather;
    this.#changed();
  }

  /** Resets both sides: neither is told in good order. */
  cut(): void {
    for (const socket of [this.client, this.target]) if (!socket.destroyed) socket.resetAndDestroy();
  }

  /** Ends both sides in good order, as a proxy does that is stopped. */
  close(): void {
    for (const socket of [this.client, this.target]) socket.destroy();
  }

  async #carry(from: Socket, to: Socket, direction: 'up' | 'down'): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (this.#weather.silent === true) continue;
        await this.#pass(chunk, to, direction);
      }
      // Whoever was told nothing is told nothing of the end either.
      if (this.#weather.silent !== true) to.end();
    } catch {
      if (this.#weather.silent !== true && !to.destroyed) to.resetAndDestroy();
    }
  }

  async #unpaused(to: Socket): Promise<void> {
    while (this.#weather.paused === true && !to.destroyed)
      await new Promise<void>((resolve) => (this.#changed = resolve));
  }

  async #pass(chunk: Buffer, to: Socket, direction: 'up' | 'down'): Promise<void> {
    const { delayMs, bytesPerSecond } = this.#weather;
    if (delayMs !== undefined) await delay(delayMs);
    if (direction === 'down') await this.#unpaused(to);
    const step = bytesPerSecond === undefined ? chunk.length : THIN_CHUNK;
    for (let at = 0; at < chunk.length && !to.destroyed; at += step) {
      if (bytesPerSecond !== undefined) await delay((1000 * step) / bytesPerSecond);
      if (!to.write(chunk.subarray(at, at + step))) await once(to, 'drain');
    }
  }
}

export class Proxy implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #weather: Weather = {};
  #closed = false;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /**
   * Listens on a free port of 127.0.0.1.
   *
   * @param targets ports of 127.0.0.1 for one new connection; the first that accepts it has it
   */
  static async open(targets: () => readonly number[]): Promise<Proxy> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new Proxy(server);
    server.on('connection', (client) => void proxy.#accept(client, targets()));
    return proxy;
  }

  get links(): readonly Link[] {
    return [...this.#links];
  }

  /** For the connections that there are and those to come. */
  set weather(weather: Weather) {
    this.#weather = weather;
    for (const link of this.#links) link.weather = weather;
  }

  /** Resets every connection. */
  cut(): void {
    for (const link of this.#links) link.cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  async #accept(client: Socket, ports: readonly number[]): Promise<void> {
    client.on('error', () => undefined);
    const target = this.#weather.refusing === true ? undefined : await firstOf(ports);
    if (target === undefined || client.destroyed || this.#closed) {
      target?.destroy();
      if (!client.destroyed) client.resetAndDestroy();
      return;
    }
    const link = new Link({ client, target, weather: this.#weather });
    this.#links.add(link);
    const forget = () => {
      if (client.destroyed && target.destroyed) this.#links.delete(link);
    };
    client.once('close', forget);
    target.once('close', forget);
  }
}

async function firstOf(ports: readonly number[]): Promise<Socket | undefined> {
  for (const port of ports) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const accepted = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.on('error', () => undefined);
    if (accepted) return socket;
  }
  return undefined;
}
