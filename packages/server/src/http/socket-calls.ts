/**
 * The calls of one socket, served as tRPC's own WebSocket adapter serves them, frame for frame: its clients do not notice.
 * That one holds, for a quiet socket, its request, a closure for each thing it can do, and raced promises for each
 * subscription; this one holds itself and the subscriptions. It does not judge frames: that is for {@link JsonFrames}.
 */
import { LIMITS } from '@parley/contract/schemas';
import { getTRPCErrorFromUnknown, getTRPCErrorShape, TRPCError, type AnyTRPCRouter } from '@trpc/server';
import { isObservable } from '@trpc/server/observable';
import { parseTRPCMessage, type TRPCClientOutgoingMessage } from '@trpc/server/rpc';
import type { RawData } from 'ws';

import { callProcedure } from '../core/call-procedure.ts';
import type { CallId } from '../core/connection.ts';
import type { Context } from '../core/context.ts';
import { excluding, including, NONE, type Few } from '../core/few.ts';
import { isRecord } from '../core/is-record.ts';
import { transformer } from '../core/transformer.ts';
import { isId } from './json-frames.ts';
import type { Lines } from './lines.ts';
import type { Reply, ReplyFrames } from './reply-frames.ts';
import type { SocketConnection } from './socket-connection.ts';
import { isAsyncIterable, SocketSubscription, type Call, type Result } from './socket-subscription.ts';

export type Params = Readonly<Record<string, string | undefined>>;

/** What the calls of all sockets share. */
interface Parts {
  router: AnyTRPCRouter;
  /** Tells a resolver where its subscription writes by itself. */
  lines: Lines;
  replies: ReplyFrames;
}

interface Options {
  connection: Pick<SocketConnection, 'socket' | 'frames' | 'outlet'>;
  /** Whether the first frame holds connection parameters. */
  expectsParams: boolean;
}

/** Whose calls they are. */
interface Caller {
  /** Asked once: who calls. Must not reject. */
  open(params: Params | null): Promise<void>;
  /** Of one call. */
  context(): Context;
  /** Is told of every failure: of a call, or of the socket. Must not throw. */
  failed(error: TRPCError, isCall: boolean): void;
}

/** Of every socket of which it is known who calls. */
const OPENED = Promise.resolve();

export class SocketCalls {
  readonly #caller: Caller;
  readonly #parts: Parts;
  readonly #connection: Options['connection'];
  #subscriptions: Few<SocketSubscription> = NONE;
  #opening: Promise<void> | undefined;

  constructor(caller: Caller, parts: Parts, { connection, expectsParams }: Options) {
    this.#caller = caller;
    this.#parts = parts;
    this.#connection = connection;
    if (!expectsParams) this.#open(null);
  }

  /** Takes what the socket brings. */
  take(raw: RawData, isBinary: boolean): void {
    // One buffer, as a socket gives it unless told otherwise.
    const frame = isBinary ? (raw as Buffer) : (raw as Buffer).toString();
    if (frame === 'PONG') return;
    if (frame === 'PING') this.#connection.socket.send('PONG');
    else if (this.#opening === undefined) {
      this.#open((this.#connection.frames.decode(frame) as { data: Params | null }).data);
    } else {
      for (const [index, message] of this.#read(frame).entries()) this.#begin(message, index);
    }
  }

  /** The socket has closed: whoever called is not there to be told. */
  close(): void {
    const subscriptions = this.#subscriptions;
    this.#subscriptions = NONE;
    for (const subscription of subscriptions) subscription.stop();
  }

  /** The socket has failed. */
  failed(cause: Error): void {
    this.#caller.failed(getTRPCErrorFromUnknown(cause), false);
  }

  reply({ id, jsonrpc }: Call, result: Result, isEvent = false): void {
    this.#send({ id, jsonrpc, result }, isEvent);
  }

  fail(call: Call, cause: unknown): void {
    const { id, jsonrpc } = call;
    this.#send({ id, jsonrpc, error: this.#shape(this.report(cause), call) });
  }

  /** Nobody is told any more, but for whoever watches. */
  report(cause: unknown): TRPCError {
    const error = getTRPCErrorFromUnknown(cause);
    this.#caller.failed(error, true);
    return error;
  }

  forget(subscription: SocketSubscription): void {
    this.#subscriptions = excluding(this.#subscriptions, subscription);
  }

  #open(params: Params | null): void {
    this.#opening = this.#caller.open(params);
    void this.#opening.then(() => (this.#opening = OPENED));
  }

  #read(frame: string | Uint8Array): TRPCClientOutgoingMessage[] {
    let items: unknown[] = [];
    try {
      const message = this.#connection.frames.decode(frame);
      items = Array.isArray(message) ? message : [message];
      if (items.length <= LIMITS.wsBatch) {
        return items.map((item) => parseTRPCMessage(item, transformer));
      }
    } catch (cause) {
      this.#send({ id: null, error: this.#shape(new TRPCError({ code: 'PARSE_ERROR', cause })) });
      return [];
    }
    const error = new TRPCError({ code: 'BAD_REQUEST', message: 'Batch call exceeds maximum size' });
    this.#caller.failed(error, false);
    const shape = this.#shape(error);
    const waiting = items.filter(isWaiting);
    const told = waiting.slice(0, MOST_REFUSED);
    for (const { id, jsonrpc } of told) this.#send({ id, jsonrpc, error: shape });
    if (told.length === 0 || told.length < waiting.length) this.#send({ id: null, error: shape });
    return [];
  }

  #begin(message: TRPCClientOutgoingMessage, index: number): void {
    const id = message.id as CallId;
    if (message.method === 'subscription.stop') {
      for (const subscription of this.#subscriptions) if (subscription.id === id) subscription.stop();
      return;
    }
    const { jsonrpc, method: type, params } = message;
    const call = { id, jsonrpc, type, path: params.path, input: inputOf(params) };
    if (type === 'subscription') void this.#subscribe(call, index);
    else void this.#answer(call, index);
  }

  /** A query or a mutation is not stopped, so it is given no signal. */
  async #answer(call: Call, index: number): Promise<void> {
    try {
      const data = await this.#call(call, { index, signal: undefined });
      if (isAsyncIterable(data) || isObservable(data)) {
        throw new TRPCError({
          code: 'UNSUPPORTED_MEDIA_TYPE',
          message: `Cannot return an async iterable or observable from a ${call.type} procedure with WebSockets`,
        });
      }
      this.reply(call, { type: 'data', data });
    } catch (cause) {
      this.fail(call, cause);
    }
  }

  async #subscribe(call: Call, index: number): Promise<void> {
    const subscription = new SocketSubscription(this, call);
    this.#subscriptions = including(this.#subscriptions, subscription);
    await this.#opening;
    if (!this.#isOpen) subscription.stop();
    // What it writes does not repeat which version of JSON-RPC was asked for.
    const { lines } = this.#parts;
    const { outlet } = this.#connection;
    const line = call.jsonrpc === undefined ? lines.add({ callId: call.id, outlet }) : undefined;
    await subscription.start((signal) => this.#call(call, { index: line ?? index, signal }));
    if (line !== undefined) lines.remove(line);
  }

  async #call(
    { type, path, input }: Call,
    { index, signal }: { index: number; signal: AbortSignal | undefined },
  ) {
    const { router } = this.#parts;
    if (this.#opening !== OPENED) await this.#opening;
    const ctx = this.#caller.context();
    const getRawInput = () => Promise.resolve(input);
    const call = { router, path, getRawInput, ctx, type, signal, batchIndex: index };
    return callProcedure(call);
  }

  #send(reply: Reply, isEvent = false): void {
    if (!this.#isOpen) return;
    const { frames, outlet } = this.#connection;
    const frame = this.#parts.replies.of(reply, isEvent);
    if (reply.id !== null)
      frames.replies(reply.id, 'result' in reply ? reply.result.type : undefined, frame.text.length);
    outlet.send(frame);
  }

  get #isOpen(): boolean {
    const { socket } = this.#connection;
    return socket.readyState === socket.OPEN;
  }

  #shape(error: TRPCError, call?: Pick<Call, 'type' | 'path' | 'input'>): unknown {
    const { type = 'unknown', path, input } = call ?? {};
    return getTRPCErrorShape({
      config: this.#parts.router._def._config,
      error,
      ctx: this.#opening === OPENED ? this.#caller.context() : undefined,
      type,
      path,
      input,
    });
  }
}

/** Calls of one frame that has too many which are each told so: an item of it is shorter than the answer. */
const MOST_REFUSED = 2 * LIMITS.wsBatch;

/** A reconnecting client says where it was. */
function inputOf({ input, lastEventId }: { input: unknown; lastEventId?: string }): unknown {
  if (lastEventId === undefined) return input;
  return isRecord(input) ? { ...input, lastEventId } : (input ?? { lastEventId });
}

/** Whether an item of a frame waits for an answer. */
function isWaiting(item: unknown): item is { id: CallId; jsonrpc: '2.0' | undefined } {
  return isRecord(item) && item['method'] !== 'subscription.stop' && isId(item['id']);
}
