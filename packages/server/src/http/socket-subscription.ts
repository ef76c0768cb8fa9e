/**
 * One subscription of a socket: takes what a procedure yields, one value after the other, until it ends, fails or is
 * stopped. While it waits for the next value it holds its call and the iterator, and for one that is no feed a promise and
 * a signal.
 */
import { getTRPCErrorFromUnknown, isTrackedEnvelope, TRPCError } from '@trpc/server';
import { isObservable, observableToAsyncIterable } from '@trpc/server/observable';

import type { CallId } from '../core/connection.ts';
import { Feed } from '../realtime/feed.ts';

/** What was asked for. */
export interface Call {
  readonly id: CallId;
  readonly jsonrpc: '2.0' | undefined;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly path: string;
  readonly input: unknown;
}

export type Result =
  | { type: 'started' | 'stopped' }
  | { type: 'data'; data: unknown; id?: undefined }
  | { type: 'data'; data: { id: string; data: unknown }; id: string };

/** Where its answers go. */
interface Answers {
  /** `isEvent`: of a feed, which tells others the same and changes nothing that it has told. */
  reply(call: Call, result: Result, isEvent?: boolean): void;
  fail(call: Call, cause: unknown): void;
  /** What fails when the call is over: nobody is told any more, but for whoever watches. */
  report(cause: unknown): void;
  forget(subscription: SocketSubscription): void;
}

export class SocketSubscription implements Call {
  readonly id: CallId;
  readonly jsonrpc: '2.0' | undefined;
  readonly path: string;
  readonly #answers: Answers;
  #input: unknown;
  /** Of a procedure that is stopped by it; one whose iterator ends by itself when it is told keeps none. */
  #controller: AbortController | undefined = new AbortController();
  #isStopped = false;
  #iterator: AsyncIterator<unknown> | undefined;
  #isOver = false;

  constructor(answers: Answers, { id, jsonrpc, path, input }: Omit<Call, 'type'>) {
    this.id = id;
    this.jsonrpc = jsonrpc;
    this.path = path;
    this.#answers = answers;
    this.#input = input;
  }

  get type() {
    return 'subscription' as const;
  }

  /** What it was asked with; a feed forgets that once it has begun. */
  get input(): unknown {
    return this.#input;
  }

  /** Never rejects. */
  async start(begin: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    let iterator: AsyncIterator<unknown>;
    const signal = this.#controller?.signal;
    try {
      if (this.#isStopped || signal === undefined) return this.#stopped();
      iterator = iteratorOf(await begin(signal), { path: this.path, signal });
    } catch (cause) {
      this.#answers.forget(this);
      if (this.#isStopped && isCancellation(cause)) this.#stopped();
      else this.#answers.fail(this, cause);
      return;
    }
    this.#iterator = iterator;
    if (this.#isStopped) return this.#end();
    if (iterator instanceof Feed) {
      this.#controller = undefined;
      this.#input = undefined;
    }
    this.#answers.reply(this, { type: 'started' });
    void this.#follow(iterator);
  }

  /** At the client's wish, or since the client has gone. */
  stop(): void {
    this.#isStopped = true;
    this.#controller?.abort();
    if (this.#iterator !== undefined) void this.#end();
  }

  /** The feed that it follows may have something to tell. */
  woken(): void {
    if (!this.#isStopped && this.#iterator !== undefined) void this.#follow(this.#iterator);
  }

  async #follow(iterator: AsyncIterator<unknown>): Promise<void> {
    try {
      // Not one for each turn: while it waits it would hold the value before.
      let next: IteratorResult<unknown> | undefined;
      for (;;) {
        next = await (iterator instanceof Feed ? iterator.poll(this) : iterator.next());
        if (this.#isStopped || next === undefined) return;
        if (next.done === true) break;
        this.#answers.reply(this, resultOf(next.value), iterator instanceof Feed);
        next = undefined;
      }
    } catch (cause) {
      if (!this.#isStopped) await this.#end({ cause });
      else if (!isCancellation(cause)) this.#answers.report(cause);
      return;
    }
    await this.#end();
  }

  /** The iterator is told before anybody hears that it is over. */
  async #end(failure?: { cause: unknown }): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      await this.#iterator?.return?.();
    } catch (cause) {
      this.#answers.report(cause);
    }
    if (failure !== undefined) {
      this.#controller?.abort();
      this.#answers.fail(this, failure.cause);
    }
    this.#stopped();
  }

  #stopped(): void {
    this.#answers.forget(this);
    this.#answers.reply(this, { type: 'stopped' });
  }
}

function iteratorOf(made: unknown, { path, signal }: { path: string; signal: AbortSignal }) {
  const iterable = isObservable(made) ? observableToAsyncIterable(made, signal) : made;
  if (isAsyncIterable(iterable)) return iterable[Symbol.asyncIterator]();
  throw new TRPCError({
    message: `Subscription ${path} did not return an observable or a AsyncGenerator`,
    code: 'INTERNAL_SERVER_ERROR',
  });
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function resultOf(value: unknown): Result {
  if (!isTrackedEnvelope(value)) return { type: 'data', data: value };
  const [id, data] = value;
  return { type: 'data', data: { id, data }, id };
}

/** How a procedure gives up that was stopped. */
function isCancellation(cause: unknown): boolean {
  const error = getTRPCErrorFromUnknown(cause);
  return error.code === 'INTERNAL_SERVER_ERROR' && error.cause?.name === 'AbortError';
}
