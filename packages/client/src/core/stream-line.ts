/**
 * A line without a WebSocket: each call is an HTTP request, each subscription a stream of server-sent events. It is a
 * chunk of its own, since few need it. Its promises:
 * 1. It is open once the server has answered, and lost once it does not.
 * 2. At most four streams are open: browsers give a host six connections over HTTP/1.1, and calls need some. Where more
 *    are wanted, the rooms take turns, each from where it was.
 * 3. A call is sent once. One whose answer did not come fails as `unavailable`.
 */
import { TRPCClientError, type Operation } from '@trpc/client';
import { observable } from '@trpc/server/observable';

import { isTokenRefusal, unreachable, type ParleyClientError } from './errors.ts';
import { readSubscription } from './event-stream.ts';
import { callOverHttp, isAnswer, type HttpServer } from './http-call.ts';
import { ANSWER_MS, MOVED, type Line, type LineEvents, type Results } from './line.ts';

const STREAMS = 4;
/** While others wait, one stream gives way so often. */
const TURN_MS = 2_000;
/** It tells of all rooms, and never gives way. */
const INBOX = 'inbox.events';

interface StreamLineOptions extends LineEvents {
  server: HttpServer;
}

interface Call {
  readonly op: Operation;
  readonly start: () => void;
  /** Without an error: completes a subscription. */
  readonly end: (error: ParleyClientError | null) => void;
  isSent: boolean;
}

export class StreamLine implements Line {
  readonly #options: StreamLineOptions;
  /** In the order in which they are to be sent. */
  readonly #calls = new Set<Call>();
  #token: string | null = null;
  #isOpen = false;
  #isOver = false;
  #isChecking = false;
  /** Ends the connection that there is. */
  #lose: () => void = () => undefined;
  #turn: ReturnType<typeof setTimeout> | undefined;

  constructor(options: StreamLineOptions) {
    this.#options = options;
    void this.#run();
  }

  get token(): string | null {
    return this.#token;
  }

  request(op: Operation): Results {
    return observable((observer) => {
      const controller = new AbortController();
      const { signal } = controller;
      const cancel = () => observer.complete();
      op.signal?.addEventListener('abort', cancel);
      const send = async () => {
        const { server, proven } = this.#options;
        const sent = { ...op, token: this.#token, signal };
        if (op.type === 'subscription') {
          return readSubscription(server, sent, (envelope) => {
            proven(this);
            observer.next(envelope);
          });
        }
        const data = await callOverHttp(server, sent);
        proven(this);
        observer.next({ result: { type: 'data', data } });
      };
      const failed = (error: unknown) => {
        if (signal.aborted) return;
        if (isTokenRefusal(error)) this.#options.refused(this);
        if (!isAnswer(error)) this.check();
        observer.error(error instanceof TRPCClientError ? error : unreachable(error));
      };
      const call: Call = {
        op,
        isSent: false,
        start: () => void send().then(cancel, failed),
        end(error) {
          if (error === null && op.type === 'subscription') observer.complete();
          else observer.error(error ?? new TRPCClientError('The client is closed'));
        },
      };
      this.#calls.add(call);
      if (op.signal?.aborted === true) cancel();
      this.#send();
      return () => {
        op.signal?.removeEventListener('abort', cancel);
        controller.abort();
        this.#calls.delete(call);
        this.#send();
      };
    });
  }

  hangUp(): void {
    this.#lose();
  }

  check(): void {
    if (!this.#isOpen || this.#isChecking) return;
    this.#isChecking = true;
    this.#ask()
      .catch(this.#lose)
      .finally(() => (this.#isChecking = false));
  }

  move(): void {
    this.#isOver = true;
    this.#lose();
    for (const { op, isSent, end } of [...this.#calls]) if (op.type === 'subscription' || !isSent) end(MOVED);
  }

  end(error: ParleyClientError | null): Promise<void> {
    this.#isOver = true;
    this.#lose();
    for (const { end } of [...this.#calls]) end(error);
    return Promise.resolve();
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      try {
        this.#token = (await this.#options.dial(this)).token;
        await this.#ask();
        if (!this.#isOver) await this.#connected();
      } catch {
        // The next attempt may succeed.
      }
      this.#isOpen = false;
      clearTimeout(this.#turn);
      this.#turn = undefined;
      if (this.#isOver) return;
      this.#options.lost(this);
      for (const { op, isSent, end } of [...this.#calls]) {
        if (isSent) end(op.type === 'subscription' ? MOVED : unreachable(undefined));
      }
    }
  }

  #connected(): Promise<void> {
    return new Promise((resolve) => {
      this.#lose = resolve;
      this.#isOpen = true;
      this.#options.opened(this);
      this.#send();
    });
  }

  /** Rejects when the server does not answer, or does not take the token. */
  async #ask(): Promise<void> {
    const { server, proven, refused } = this.#options;
    const signal = AbortSignal.timeout(ANSWER_MS);
    try {
      await callOverHttp(server, { type: 'query', path: 'auth.me', token: this.#token, signal });
      proven(this);
    } catch (error) {
      if (isTokenRefusal(error)) refused(this);
      else if (isAnswer(error)) return;
      throw error;
    }
  }

  /** Sends what waits, as far as there is room. */
  #send(): void {
    if (!this.#isOpen) return;
    const streams = [...this.#calls].filter(({ op }) => op.type === 'subscription');
    const open = streams.filter(({ isSent }) => isSent);
    let room = STREAMS - open.length;
    for (const call of this.#calls) {
      if (call.isSent || (call.op.type === 'subscription' && room-- <= 0)) continue;
      call.isSent = true;
      call.start();
    }
    if (streams.length > STREAMS) this.#turn ??= setTimeout(() => this.#giveWay(), TURN_MS);
  }

  /** The room that was sent first goes to the end of the queue. */
  #giveWay(): void {
    this.#turn = undefined;
    for (const { op, isSent, end } of this.#calls) {
      if (op.type === 'subscription' && op.path !== INBOX && isSent) return end(MOVED);
    }
  }
}
