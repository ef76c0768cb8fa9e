/** The client's end of a socket: a `WebSocket` as far as tRPC's client needs one. */
import type { WebSocketLike } from '../core/socket-wire.ts';
import { Lane } from './lane.ts';
import type { Network } from './network.ts';
import { SocketSession } from './socket-session.ts';

interface SocketEvents {
  open: object;
  message: { readonly data: string };
  error: object;
  close: { readonly code: number; readonly reason: string; readonly wasClean: boolean };
}
type Listener<Type extends keyof SocketEvents> = (event: SocketEvents[Type] & { type: Type }) => void;

/** Closed without a word, and closed without a code. */
const ABNORMAL = 1006;
const NO_CODE = 1005;

export class TestSocket implements WebSocketLike {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = TestSocket.CONNECTING;
  readonly OPEN = TestSocket.OPEN;
  readonly CLOSING = TestSocket.CLOSING;
  readonly CLOSED = TestSocket.CLOSED;

  readonly url: string;
  readyState: number = TestSocket.CONNECTING;
  binaryType = 'blob';
  readonly #network: Network;
  readonly #listeners = new Map<string, Set<(event: never) => void>>();
  readonly #connecting: ReturnType<typeof setTimeout>;
  readonly #up = new Lane();
  readonly #down = new Lane();
  #session: SocketSession | undefined;

  constructor(network: Network, url: string) {
    this.url = url;
    this.#network = network;
    network.sockets.add(this);
    // Not before whoever made it has begun to listen.
    this.#connecting = setTimeout(() => this.#connect(), network.delayMs);
  }

  addEventListener<Type extends keyof SocketEvents>(type: Type, listener: Listener<Type>): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
  }

  removeEventListener<Type extends keyof SocketEvents>(type: Type, listener: Listener<Type>): void {
    this.#listeners.get(type)?.delete(listener);
  }

  send(frame: string): void {
    if (this.readyState !== TestSocket.OPEN) return;
    this.#up.send(this.#network.delayMs, () => {
      if (this.readyState !== TestSocket.CLOSED) this.#session?.receive(frame);
    });
  }

  close(code = NO_CODE, reason = ''): void {
    if (this.readyState >= TestSocket.CLOSING) return;
    this.readyState = TestSocket.CLOSING;
    this.#up.send(this.#network.delayMs, () => this.#end({ code, reason, wasClean: true }));
  }

  /** The network is gone: neither end has said a word. */
  cut(): void {
    this.#end({ code: ABNORMAL, reason: '', wasClean: false });
  }

  #connect(): void {
    if (this.readyState !== TestSocket.CONNECTING) return;
    if (!this.#network.takesSockets) {
      this.#emit('error', {});
      return this.cut();
    }
    this.#session = new SocketSession({
      world: this.#network.world,
      owner: this.#network,
      called: this.#network.called,
      send: (frame) =>
        this.#arrive(() => {
          if (this.readyState <= TestSocket.OPEN) this.#emit('message', { data: frame });
        }),
      close: (code, reason) => this.#arrive(() => this.#end({ code, reason, wasClean: true })),
      cut: () => this.cut(),
    });
    this.readyState = TestSocket.OPEN;
    this.#emit('open', {});
  }

  #arrive(act: () => void): void {
    this.#down.send(this.#network.delayMs, act);
  }

  #end(how: SocketEvents['close']): void {
    if (this.readyState === TestSocket.CLOSED) return;
    clearTimeout(this.#connecting);
    this.readyState = TestSocket.CLOSED;
    this.#network.sockets.delete(this);
    this.#session?.closed(!how.wasClean);
    this.#emit('close', how);
  }

  #emit<Type extends keyof SocketEvents>(type: Type, event: SocketEvents[Type]): void {
    const listeners = (this.#listeners.get(type) ?? []) as Iterable<Listener<Type>>;
    for (const listener of [...listeners]) listener({ ...event, type });
  }
}
