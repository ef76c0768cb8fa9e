/** A client of our own over a bare WebSocket: its frames are written by hand, and it knows nothing of tRPC's client. */
import type { ErrorReason } from '@parley/contract';
import superjson, { type SuperJSONResult } from 'superjson';
import { WebSocket } from 'ws';

import type { Client } from '../../harness/people.ts';
import type { Source } from '../history.ts';
import type { AnyEvent, Sink, Transport, TransportOptions } from './device.ts';
import { overHttp } from './stock.ts';

const PING_MS = 2000;
/** A server that has said nothing for so long is given up. */
const DEAF_MS = 4500;
const RECONNECT_MS = 100;

interface Frame {
  id: number | null;
  method?: 'reconnect';
  result?: { type: 'started' | 'data' | 'stopped'; id?: string; data?: SuperJSONResult };
  error?: { json: { data: { reason: ErrorReason } } };
}

interface Subscription {
  id: number;
  source: Source;
  lastEventId: string;
  sink: Sink;
}

export class RawSocket implements Transport {
  /** It only reads; what it has to say goes over HTTP. */
  readonly client: Client;
  readonly #options: TransportOptions;
  readonly #subscriptions = new Map<number, Subscription>();
  #socket: WebSocket | undefined;
  #heardAt = 0;
  #ids = 0;
  #closed = false;
  readonly #pinging: NodeJS.Timeout;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.client = overHttp({ ...options, onConnection: () => undefined }).client;
    this.#pinging = setInterval(() => this.#ping(), PING_MS);
    void this.#connect();
  }

  subscribe(source: Source, lastEventId: string, sink: Sink): { unsubscribe(): void } {
    this.#ids += 1;
    const subscription = { id: this.#ids, source, lastEventId, sink };
    this.#subscriptions.set(subscription.id, subscription);
    if (this.#socket?.readyState === WebSocket.OPEN) this.#start(subscription);
    return {
      unsubscribe: () => {
        this.#subscriptions.delete(subscription.id);
        this.#send({ id: subscription.id, method: 'subscription.stop' });
      },
    };
  }

  close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#pinging);
    this.#socket?.terminate();
    return Promise.resolve();
  }

  async #connect(): Promise<void> {
    const token = await this.#options.identity.token();
    if (this.#closed) return;
    const url = `${this.#options.url.replace(/^http/, 'ws')}/trpc?connectionParams=1`;
    const socket = new WebSocket(url, { handshakeTimeout: DEAF_MS });
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.on('error', () => undefined);
    socket.on('open', () => {
      this.#options.onConnection(true);
      this.#send({ method: 'connectionParams', data: { token } });
      for (const subscription of this.#subscriptions.values()) this.#start(subscription);
    });
    socket.on('message', (raw: Buffer) => {
      if (this.#socket !== socket) return;
      this.#heardAt = performance.now();
      const text = raw.toString();
      if (text === 'PING') socket.send('PONG');
      else if (text !== 'PONG') this.#take(JSON.parse(text) as Frame);
    });
    socket.on('close', () => {
      this.#options.onConnection(false);
      if (this.#socket !== socket || this.#closed) return;
      this.#socket = undefined;
      setTimeout(() => void this.#connect(), RECONNECT_MS);
    });
  }

  #take({ id, method, result, error }: Frame): void {
    if (method === 'reconnect') {
      // Nothing more of this one is listened to, and the next goes on after the last value.
      this.#socket?.terminate();
      return;
    }
    const subscription = id === null ? undefined : this.#subscriptions.get(id);
    if (subscription === undefined) return;
    if (error !== undefined || result?.type === 'stopped') {
      this.#subscriptions.delete(subscription.id);
      subscription.sink.error(error?.json.data.reason);
    } else if (result?.type === 'data' && result.data !== undefined) {
      const { id: place, data } = superjson.deserialize<{ id: string; data: AnyEvent }>(result.data);
      subscription.lastEventId = place;
      subscription.sink.value(place, data);
    }
  }

  #start({ id, source, lastEventId }: Subscription): void {
    const path = source === 'inbox' ? 'inbox.events' : 'conversations.events';
    const input = source === 'inbox' ? { lastEventId } : { conversationId: source.room, lastEventId };
    this.#send({ id, method: 'subscription', params: { path, input: { json: input } } });
  }

  #ping(): void {
    if (performance.now() - this.#heardAt > DEAF_MS) this.#socket?.terminate();
    else if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send('PING');
  }

  #send(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}
