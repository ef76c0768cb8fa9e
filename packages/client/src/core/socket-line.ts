import type { AppRouter } from '@parley/server/api';
import {
  createWSClient,
  TRPCClientError,
  wsLink,
  type Operation,
  type OperationLink,
  type TRPCWebSocketClient,
} from '@trpc/client';
import { observable } from '@trpc/server/observable';
import superjson from 'superjson';

import { isTokenRefusal, unreachable, type ParleyClientError } from './errors.ts';
import { ANSWER_MS, ATTEMPT_MS, MOVED, QUIET_MS, type Line, type LineEvents, type Results } from './line.ts';

/** What is asked of a `WebSocket` class: the platform's and that of the `ws` package both fit. */
export interface WebSocketConstructor {
  new (url: string): WebSocketLike;
  readonly OPEN: number;
  readonly CLOSING: number;
  readonly CLOSED: number;
}

export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'message' | 'close', listener: () => void): void;
}

/** A token was refused: the server closes such a socket with this code. */
const UNAUTHENTICATED = 4401;

interface SocketLineOptions extends LineEvents {
  WebSocket: WebSocketConstructor;
}

/** One of tRPC's WebSocket clients, which reconnects and resumes. */
export class SocketLine implements Line {
  readonly #options: SocketLineOptions;
  readonly #client: TRPCWebSocketClient;
  readonly #link: OperationLink<AppRouter>;
  /** Calls that have no end yet: each is ended by this. */
  readonly #calls = new Map<(error: ParleyClientError | null) => void, Operation>();
  #token: string | null = null;
  /** Asks the newest socket for a sign of life. */
  #check = (): void => undefined;

  constructor(options: SocketLineOptions) {
    this.#options = options;
    const watch = (socket: WebSocketLike) => this.#watch(socket);
    let next: string | null = null;
    this.#client = createWSClient({
      WebSocket: class extends options.WebSocket {
        constructor(url: string) {
          super(url);
          watch(this);
        }
      } as unknown as typeof WebSocket,
      // In a later turn: tRPC asks within its constructor.
      url: () =>
        Promise.resolve()
          .then(() => options.dial(this))
          .then(({ url, token }) => {
            next = token;
            return url;
          }),
      connectionParams: () => {
        this.#token = next;
        return { token: next ?? undefined };
      },
      // The waiting is done in `dial`, where it can be cut short.
      retryDelayMs: () => 0,
      onClose: (cause) => {
        if (cause?.code === UNAUTHENTICATED && !this.#isOpen) options.refused(this);
      },
    });
    this.#client.connectionState.subscribe({
      next: ({ state, error }) => {
        if (state === 'connecting' && error !== null) options.lost(this);
      },
    });
    this.#link = wsLink<AppRouter>({ client: this.#client, transformer: superjson })({});
  }

  get token(): string | null {
    return this.#token;
  }

  request(op: Operation): Results {
    return observable((observer) => {
      const end = (error: ParleyClientError | null) => {
        if (error === null && op.type === 'subscription') observer.complete();
        else observer.error(error ?? new TRPCClientError('The client is closed'));
      };
      this.#calls.set(end, op);
      const subscription = this.#link({ op, next: isLast }).subscribe({
        next: (envelope) => {
          if (envelope.result.type !== 'state') this.#options.proven(this);
          observer.next(envelope);
        },
        error: (error) => {
          this.#calls.delete(end);
          if (isTokenRefusal(error)) this.#options.refused(this);
          // Without a shape it is not the server's: tRPC tells so of a socket that closed.
          observer.error(error.shape ? error : unreachable(error.cause));
        },
        complete: () => {
          this.#calls.delete(end);
          observer.complete();
        },
      });
      return () => {
        this.#calls.delete(end);
        subscription.unsubscribe();
      };
    });
  }

  hangUp(): void {
    if (this.#isOpen) this.#client.connection?.ws.close();
  }

  check(): void {
    if (this.#isOpen) this.#check();
  }

  move(): void {
    for (const [end, { type }] of [...this.#calls]) {
      // What has gone into a socket may have arrived.
      end(type === 'subscription' || !this.#isOpen ? MOVED : unreachable(undefined));
    }
    void this.#client.close();
  }

  async end(error: ParleyClientError | null): Promise<void> {
    for (const end of [...this.#calls.keys()]) end(error);
    await this.#client.close();
  }

  get #isOpen(): boolean {
    return this.#client.connection?.state === 'open';
  }

  /** Gives a socket up that does not answer: neither an attempt nor a quiet socket is waited for without end. */
  #watch(socket: WebSocketLike): void {
    let timer: ReturnType<typeof setTimeout>;
    const later = (act: () => void, ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(act, ms);
    };
    const ping = () => {
      if (socket.readyState !== this.#options.WebSocket.OPEN) return;
      socket.send('PING');
      later(() => cutOff(socket), ANSWER_MS);
    };
    let isHeard = false;
    later(() => cutOff(socket), ATTEMPT_MS);
    socket.addEventListener('open', () => {
      this.#check = ping;
      // After the parameters, which tRPC sends in this turn.
      later(ping, 0);
    });
    socket.addEventListener('message', () => {
      later(ping, QUIET_MS);
      if (isHeard) return;
      isHeard = true;
      this.#options.opened(this);
    });
    socket.addEventListener('close', () => clearTimeout(timer));
  }
}

/** Ends a socket here and now: a peer that is silent would not answer the closing handshake either. */
function cutOff(socket: WebSocketLike & { terminate?(): void; dispatchEvent?(event: Event): void }): void {
  if (socket.terminate) {
    socket.terminate();
  } else {
    socket.close();
    socket.dispatchEvent?.(new Event('close'));
  }
}

function isLast(): never {
  throw new Error('Nothing comes after the WebSocket link');
}
