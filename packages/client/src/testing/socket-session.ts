/** The server's end of one socket: speaks tRPC's protocol over WebSocket, as its own adapter does on Node.js. */
import type { ErrorReason } from '@parley/contract';
import { Refusal } from '@parley/server/rules';
import {
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  isTrackedEnvelope,
  transformTRPCResponse,
  type TrackedEnvelope,
} from '@trpc/server';

import { Connection } from './connection.ts';
import type { TestCall } from './faults.ts';
import { router, type CallContext } from './router.ts';
import type { World } from './world.ts';

/** Another token is needed: the client is refused by name, and the socket closed with this code. */
const UNAUTHENTICATED = 4401;
/** A socket with a bad token lives this long, in milliseconds: enough for its first calls to be refused. */
const REJECTED_MS = 5_000;

export interface SocketSessionOptions {
  world: World;
  owner: object;
  called: (call: TestCall) => void;
  send: (frame: string) => void;
  close: (code: number, reason: string) => void;
  /** The connection is lost, without a word. */
  cut: () => void;
}

type Id = string | number;
type Method = 'query' | 'mutation' | 'subscription';

interface Message {
  id: Id;
  method: Method | 'subscription.stop';
  params: { path: string; input?: unknown; lastEventId?: string };
}

const config = router._def._config;

export class SocketSession {
  readonly #options: SocketSessionOptions;
  readonly #connection: Connection;
  /** Calls that have not ended, with what stops a subscription. */
  readonly #open = new Map<Id, AbortController>();
  #isSettled = false;
  #closing: ErrorReason | undefined;

  constructor(options: SocketSessionOptions) {
    this.#options = options;
    this.#connection = new Connection({
      ...options,
      nudge: () => options.send('{"id":null,"method":"reconnect"}'),
      ended: (reason) => this.#closeWhenAnswered(reason),
    });
  }

  receive(frame: string): void {
    if (frame === 'PING') return this.#options.send('PONG');
    if (frame === 'PONG') return;
    const message: unknown = JSON.parse(frame);
    if (!this.#isSettled) return this.#settle((message as { data?: { token?: string } | null }).data?.token);
    for (const one of (Array.isArray(message) ? message : [message]) as Message[]) {
      if (one.method === 'subscription.stop') this.#open.get(one.id)?.abort();
      else if (this.#closing === undefined) void this.#answer(one, one.method);
    }
  }

  /** `isLost`: its peer may come again in a moment. */
  closed(isLost: boolean): void {
    this.#connection.closed(isLost);
    for (const call of this.#open.values()) call.abort();
  }

  /** The first frame says who is here; whoever has no good token is refused call by call, and then closed. */
  #settle(token: string | undefined): void {
    this.#isSettled = true;
    const { world } = this.#options;
    try {
      if (token === undefined) throw new Refusal('unauthenticated');
      this.#connection.settle(world.auth.verify(token));
      this.#connection.enter();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#connection.settle({ person: undefined, refusal: error.reason });
      world.clock.after(REJECTED_MS, () => this.#closeWhenAnswered(error.reason));
    }
  }

  async #answer({ id, params }: Message, type: Method): Promise<void> {
    const { world, called } = this.#options;
    const { path, lastEventId } = params;
    const ctx: CallContext = { requestId: this.#connection.id, world, connection: this.#connection, called };
    const controller = new AbortController();
    this.#open.set(id, controller);
    let input: unknown;
    try {
      input = config.transformer.input.deserialize(params.input);
      if (lastEventId !== undefined) input = { ...(input as object | undefined), lastEventId };
      const result: unknown = await callTRPCProcedure({
        router,
        path,
        getRawInput: () => Promise.resolve(input),
        ctx,
        type,
        signal: controller.signal,
        batchIndex: 0,
      });
      if (type === 'subscription') {
        await this.#follow(id, result as AsyncIterable<TrackedEnvelope<unknown>>, controller.signal);
      } else if (world.faults.losesAnswer({ path, input, userId: this.#callerId() } as TestCall)) {
        this.#options.cut();
      } else {
        this.#send({ id, result: { type: 'data', data: result } });
      }
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      this.#send({ id, error: getTRPCErrorShape({ config, error, type, path, input, ctx }) });
      this.#refused(error);
    } finally {
      this.#open.delete(id);
      this.#closeIfAnswered();
    }
  }

  async #follow(id: Id, values: AsyncIterable<TrackedEnvelope<unknown>>, signal: AbortSignal): Promise<void> {
    this.#send({ id, result: { type: 'started' } });
    for await (const value of values) {
      if (signal.aborted) break;
      if (!isTrackedEnvelope(value)) throw new Error('a subscription gives tracked values alone');
      const [eventId, data] = value;
      this.#send({ id, result: { type: 'data', id: eventId, data: { id: eventId, data } } });
    }
    this.#send({ id, result: { type: 'stopped' } });
  }

  #send(response: Parameters<typeof transformTRPCResponse>[1]): void {
    this.#options.send(JSON.stringify(transformTRPCResponse(config, response)));
  }

  #callerId(): string | null {
    return this.#connection.authentication().person?.id ?? null;
  }

  /** One that was refused for want of a good token is the last. */
  #refused(error: Error): void {
    const known = this.#connection.authentication();
    if (known.person === undefined && error instanceof Refusal && error.reason === known.refusal) {
      this.#closeWhenAnswered(known.refusal);
    }
  }

  #closeWhenAnswered(reason: ErrorReason): void {
    this.#closing ??= reason;
    this.#closeIfAnswered();
  }

  #closeIfAnswered(): void {
    if (this.#closing === undefined || this.#open.size > 0) return;
    this.#options.close(UNAUTHENTICATED, this.#closing);
  }
}
