/**
 * A phone's line to a server of this machine, for all connections of one page together. What a browser emulates by itself
 * delays requests alone: what comes over an open socket has no latency there.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface PhoneLine extends AsyncDisposable {
  /** Of the server, through the line. */
  readonly url: string;
}

interface LineOptions {
  /** There and back. */
  latencyMs: number;
  /** In each direction. */
  bytesPerSecond: number;
}

/** Of so many bytes each is what is on the line, as a packet is. */
const PACKET = 1_460;

export async function openPhoneLine(url: string, options: LineOptions): Promise<PhoneLine> {
  const target = Number(new URL(url).port);
  const [up, down] = [new Way(options), new Way(options)];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (page) => {
    const other = connect({ port: target, host: '127.0.0.1', noDelay: true });
    for (const [from, to, way] of [
      [page, other, up],
      [other, page, down],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes: Buffer) => {
        for (let at = 0; at < bytes.length; at += PACKET) {
          const packet = bytes.subarray(at, at + PACKET);
          way.take(packet.length, () => to.write(packet));
        }
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        way.take(0, () => to.end());
      });
    }
    // To open a connection takes one way there and one back.
    void pause(options.latencyMs).then(() => page.resume());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** One direction: what is sent waits for what was sent before it, and then for its own time on the way. */
class Way {
  readonly #options: LineOptions;
  readonly #onTheWay: { at: number; arrive: () => void }[] = [];
  #isFreeAt = 0;
  #isWaiting = false;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  take(bytes: number, arrive: () => void): void {
    const { latencyMs, bytesPerSecond } = this.#options;
    this.#isFreeAt = Math.max(this.#isFreeAt, performance.now()) + (bytes * 1_000) / bytesPerSecond;
    this.#onTheWay.push({ at: this.#isFreeAt + latencyMs / 2, arrive });
    if (!this.#isWaiting) this.#wait();
  }

  #wait(): void {
    const [next] = this.#onTheWay;
    this.#isWaiting = next !== undefined;
    if (next !== undefined) setTimeout(() => this.#arrived(), Math.max(next.at - performance.now(), 0));
  }

  #arrived(): void {
    while (this.#onTheWay[0] !== undefined && this.#onTheWay[0].at <= performance.now())
      this.#onTheWay.shift()?.arrive();
    this.#wait();
  }
}
