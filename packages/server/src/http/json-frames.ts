/**
 * The frames of one socket: JSON text, as tRPC's own encoder reads and writes it, and what that leaves to us.
 * A first frame that should hold connection parameters and does not is told apart instead of failing the connection
 * without a word; an item that is no call fails alone and not the batch it came in; and whatever is no message at all
 * is counted.
 */
import type { ErrorReason } from '@parley/contract';
import { LIMITS } from '@parley/contract/schemas';

import type { CallId } from '../core/connection.ts';
import { isRecord } from '../core/is-record.ts';
import { Calls } from './calls.ts';

interface Options {
  /** Whether the first frame holds connection parameters. */
  expectsParams: boolean;
  pendingCalls: number;
}

/** Whose frames they are. */
interface Holder {
  /** The first frame has come. */
  paramsCame(): void;
  /** A frame was no message; it is answered as tRPC does. */
  malformed(): void;
  /** An item of a frame is refused, and not given to tRPC. */
  refuse(id: CallId | null, reason: ErrorReason): void;
  /** A reply of so many characters is about to be sent. */
  replying(length: number): void;
}

type Json = Record<string, unknown>;

export class JsonFrames {
  readonly calls: Calls;
  readonly #holder: Holder;
  #expectsParams: boolean;
  #badParams = false;
  #deaf = false;

  constructor(holder: Holder, { expectsParams, pendingCalls }: Options) {
    this.#holder = holder;
    this.#expectsParams = expectsParams;
    this.calls = new Calls(pendingCalls);
  }

  /** Whether the first frame was not what it should be. */
  get badParams(): boolean {
    return this.#badParams;
  }

  /** Takes no further calls. */
  deafen(): void {
    this.#deaf = true;
  }

  /** A reply of so many characters is about to be sent; undefined where it is an error. */
  replies(id: CallId, type: 'started' | 'stopped' | 'data' | undefined, length: number): void {
    this.calls.replied(id, type === 'started' ? type : type === 'data' ? 'value' : 'end');
    this.#holder.replying(length);
  }

  decode(frame: string | ArrayBuffer | Uint8Array): unknown {
    if (this.#expectsParams) {
      this.#expectsParams = false;
      this.#holder.paramsCame();
      return this.#params(frame);
    }
    if (this.#deaf) return [];
    const message = this.#parse(frame);
    const items: unknown[] = Array.isArray(message) ? message : [message];
    // Refused by tRPC as a whole.
    if (items.length > LIMITS.wsBatch) return message;
    return items.filter((item) => this.#admits(item));
  }

  #params(frame: unknown): Json {
    const message = parse(frame);
    const params = isRecord(message) ? message['data'] : undefined;
    const good =
      params === null ||
      (isRecord(params) && Object.values(params).every((value) => typeof value === 'string'));
    if (good) return message as Json;
    this.#badParams = true;
    return { method: 'connectionParams', data: null };
  }

  #parse(frame: unknown): unknown {
    const message = parse(frame);
    if (isRecord(message) || Array.isArray(message)) return message;
    this.#holder.malformed();
    throw new Error('not a message');
  }

  #admits(item: unknown): boolean {
    const id = isRecord(item) ? item['id'] : undefined;
    if (!isRecord(item) || !isId(id)) {
      this.#holder.malformed();
      this.#holder.refuse(null, 'invalid_input');
      return false;
    }
    if (isStop(item)) return true;
    const admission = isCall(item) ? this.calls.admit(id, item['method'] === 'subscription') : 'no call';
    if (admission === 'admitted') return true;
    this.#holder.refuse(id, admission === 'too_many' ? 'rate_limited' : 'invalid_input');
    return false;
  }
}

const METHODS: readonly unknown[] = ['query', 'mutation', 'subscription'];

/** Whether tRPC will take an item: it fails the whole frame for one that it does not. */
function isCall({ jsonrpc, method, params }: Json): boolean {
  if (!isRecord(params) || !METHODS.includes(method)) return false;
  const { path, lastEventId } = params;
  return (
    isVersion(jsonrpc) &&
    typeof path === 'string' &&
    (lastEventId === undefined || typeof lastEventId === 'string')
  );
}

function isStop({ jsonrpc, method }: Json): boolean {
  return method === 'subscription.stop' && isVersion(jsonrpc);
}

const isVersion = (jsonrpc: unknown): boolean => jsonrpc === undefined || jsonrpc === '2.0';

/** Undefined when it is not JSON text. */
function parse(frame: unknown): unknown {
  if (typeof frame !== 'string') return undefined;
  try {
    return JSON.parse(frame);
  } catch {
    return undefined;
  }
}

/** JSON reads a number that is too large as one that it cannot write. */
export function isId(value: unknown): value is CallId {
  return typeof value === 'string' || Number.isFinite(value);
}
