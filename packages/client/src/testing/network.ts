import type { WebSocketConstructor } from '../core/socket-wire.ts';
import type { TestCall } from './faults.ts';
import { serveHttp } from './http.ts';
import { TestSocket } from './test-socket.ts';
import type { World } from './world.ts';

/** The way from one client to the server, which is in the same process: a `WebSocket` and a `fetch` that end there. */
export class Network {
  readonly world: World;
  readonly called: (call: TestCall) => void;
  /** What takes how long to arrive, in each direction. */
  delayMs = 0;
  readonly sockets = new Set<TestSocket>();
  #isOffline = false;
  /** As behind a proxy that knows HTTP alone. */
  #blocksSockets = false;

  constructor(world: World, called: (call: TestCall) => void) {
    this.world = world;
    this.called = called;
  }

  readonly WebSocket: WebSocketConstructor = socketsOf(this);

  readonly fetch = async (url: string, init?: RequestInit): Promise<Response> => {
    await this.#pass();
    const response = await serveHttp(this, new Request(url, init));
    await this.#pass();
    return response;
  };

  get takesSockets(): boolean {
    return !this.#isOffline && !this.#blocksSockets;
  }

  offline(): void {
    this.#isOffline = true;
    this.cut();
  }

  online(): void {
    this.#isOffline = false;
  }

  blockSockets(blocks: boolean): void {
    this.#blocksSockets = blocks;
    if (blocks) this.cut();
  }

  /** Loses every connection; the next attempt finds the server. */
  cut(): void {
    for (const socket of [...this.sockets]) socket.cut();
  }

  async #pass(): Promise<void> {
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    if (this.#isOffline) throw new TypeError('Failed to fetch');
  }
}

function socketsOf(network: Network): WebSocketConstructor {
  return class extends TestSocket {
    constructor(url: string) {
      super(network, url);
    }
  };
}
