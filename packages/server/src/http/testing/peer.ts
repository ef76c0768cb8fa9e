// A raw WebSocket that speaks tRPC's frames by hand, to say what no well-behaved client would.
import { once } from 'node:events';

import { WebSocket } from 'ws';

export interface Frame {
  id: number | string | null;
  method?: string;
  result?: { type: string; id?: string; data?: { json: unknown } };
  error?: {
    json: { code: number; message: string; data: { code: string; reason: string; [field: string]: unknown } };
  };
}

export interface PeerOptions {
  /** Sent as the first frame; `undefined` sends none and does not say that one comes. */
  params?: unknown;
  /** After `/trpc`. */
  query?: string;
  origin?: string;
  headers?: Record<string, string>;
  /** Answers keep-alive, as tRPC's clients do. */
  pongs?: boolean;
}

const PATIENCE_MS = 20_000;

export class Peer implements AsyncDisposable {
  readonly socket: WebSocket;
  /** Frames that have come, keep-alive left out. */
  readonly frames: Frame[] = [];
  readonly texts: string[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #changed: () => void = () => undefined;
  #id = 0;
  readonly #pongs: boolean;

  private constructor(socket: WebSocket, pongs: boolean) {
    this.socket = socket;
    this.#pongs = pongs;
    socket.on('message', (raw: Buffer) => this.#take(raw.toString()));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Rejects with the status of a refused upgrade. */
  static async open(url: string, options: PeerOptions = {}): Promise<Peer> {
    const { params, query, origin, headers, pongs = false } = options;
    const search = query ?? (params === undefined ? '' : '?connectionParams=1');
    const socket = new WebSocket(`${url.replace('http', 'ws')}/trpc${search}`, {
      ...(origin !== undefined && { origin }),
      ...(headers !== undefined && { headers }),
    });
    const peer = new Peer(socket, pongs);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
      socket.once('unexpected-response', (_request, response) => {
        reject(new Error(`HTTP ${response.statusCode}`));
        socket.terminate();
      });
    });
    if (params !== undefined) peer.send({ method: 'connectionParams', data: params });
    return peer;
  }

  send(frame: unknown): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** Starts a call and returns its id. */
  start(method: 'query' | 'mutation' | 'subscription', path: string, input?: unknown): number {
    this.#id += 1;
    this.send(callFrame(this.#id, method, path, input));
    return this.#id;
  }

  /** Calls and returns the reply, refusals included. */
  call(method: 'query' | 'mutation', path: string, input?: unknown): Promise<Frame> {
    return this.reply(this.start(method, path, input));
  }

  /** The first frame for an id, `started` left out. */
  reply(id: number | null): Promise<Frame> {
    return this.find(
      (frame) => frame.id === id && frame.method === undefined && frame.result?.type !== 'started',
    );
  }

  /** The first event of a type that a subscription was sent. */
  async event(id: number, type: string): Promise<{ id: string; payload: Record<string, unknown> }> {
    const frame = await this.find((one) => one.id === id && eventOf(one)?.data.type === type);
    const event = eventOf(frame);
    if (event === undefined) throw new Error('not an event');
    return { id: event.id, payload: event.data.payload };
  }

  async find(matches: (frame: Frame) => boolean): Promise<Frame> {
    const found = () => this.frames.find(matches);
    await this.until(() => found() !== undefined);
    return found() as Frame;
  }

  /** Waits until something is so, looking at every frame. */
  async until(isSo: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!isSo()) {
      if (Date.now() > deadline)
        throw new Error(`not in time; frames: ${JSON.stringify(this.frames).slice(0, 2_000)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.terminate();
    await closed;
  }

  #take(text: string): void {
    if (text === 'PING' && this.#pongs) this.socket.send('PONG');
    if (text === 'PING' || text === 'PONG') this.texts.push(text);
    else this.frames.push(JSON.parse(text) as Frame);
    this.#changed();
  }
}

export function callFrame(id: unknown, method: string, path: string, input?: unknown): object {
  return { id, method, params: { path, ...(input !== undefined && { input: { json: input } }) } };
}

interface Tracked {
  id: string;
  data: { type: string; payload: Record<string, unknown> };
}

function eventOf({ result }: Frame): Tracked | undefined {
  return result?.type === 'data' && result.id !== undefined ? (result.data?.json as Tracked) : undefined;
}

export const reasonOf = (frame: Frame): string | undefined => frame.error?.json.data.reason;
