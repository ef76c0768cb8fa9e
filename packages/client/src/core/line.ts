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
}

type Link = OperationLink<AppRouter>;
export type Results = ReturnType<Link>;

/** A token was refused: the server closes such a socket with this code. */
const UNAUTHENTICATED = 4401;

/** A link that went dead without a word is noticed within 20 s. */
const KEEP_ALIVE = { enabled: true, intervalMs: 15_000, pongTimeoutMs: 5_000 };

interface LineOptions {
  WebSocket: WebSocketConstructor;
  /** Asked before each attempt; takes as long as the attempt should wait. */
  dial: (line: Line) => Promise<{ url: string; token: string }>;
  opened: (line: Line) => void;
  lost: (line: Line) => void;
  /** The server does not take {@link Line.token}. */
  refused: (line: Line) => void;
  /** The server takes {@link Line.token}: it has given a result. */
  proven: (line: Line) => void;
}

/**
 * One of tRPC's WebSocket clients, from its first attempt until it is ended. tRPC reconnects and resumes; when and with
 * which token is the owner's to say, by what `dial` answers.
 */
export class Line {
  readonly #options: LineOptions;
  readonly #client: TRPCWebSocketClient;
  readonly #link: Link;
  readonly #calls = new Set<(error: ParleyClientError | null) => void>();
  #token: string | null = null;

  constructor(options: LineOptions) {
    this.#options = options;
    let next: string | null = null;
    this.#client = createWSClient({
      WebSocket: options.WebSocket as typeof WebSocket,
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
      keepAlive: KEEP_ALIVE,
      onOpen: () => options.opened(this),
      onClose: (cause) => {
        if (cause?.code === UNAUTHENTICATED && !this.isOpen) options.refused(this);
      },
    });
    this.#client.connectionState.subscribe({
      next: ({ state, error }) => {
        if (state === 'connecting' && error !== null) options.lost(this);
      },
    });
    this.#link = wsLink<AppRouter>({ client: this.#client, transformer: superjson })({});
  }

  /** The token that the server was last shown. */
  get token(): string | null {
    return this.#token;
  }

  get isOpen(): boolean {
    return this.#client.connection?.state === 'open';
  }

  request(op: Operation): Results {
    return observable((observer) => {
      const end = (error: ParleyClientError | null) => {
        if (error === null && op.type === 'subscription') observer.complete();
        else observer.error(error ?? new TRPCClientError('The client is closed'));
      };
      this.#calls.add(end);
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

  /** Closes the socket, so that tRPC opens another one and resumes there. */
  hangUp(): void {
    if (this.isOpen) this.#client.connection?.ws.close();
  }

  /** Ends every call with the error, or, without one, completes the subscriptions; then closes. */
  async end(error: ParleyClientError | null): Promise<void> {
    for (const end of [...this.#calls]) end(error);
    await this.#client.close();
  }
}

function isLast(): never {
  throw new Error('Nothing comes after the WebSocket link');
}
