/** tRPC's protocol over one WebSocket, with superjson. */
import { Failure } from './failure.ts';
import { ANSWER_MS, ATTEMPT_MS, QUIET_MS, type Call, type Wire, type WireEvents } from './line.ts';
import { notify } from './subscribable.ts';
import { deserialize, serialize, type Serialized } from './superjson.ts';

/** What is asked of a `WebSocket` class: the platform's and that of the `ws` package both fit. */
export interface WebSocketConstructor {
  new (url: string): WebSocketLike;
}

export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: () => void): void;
}

interface Socket extends WebSocketLike {
  addEventListener(type: string, listener: (event: { data: string; code: number }) => void): void;
  /** That of the `ws` package. */
  terminate?: () => void;
}

type Frame =
  | { id: number; result: { type: 'started' | 'stopped' } }
  | { id: number; result: { type?: 'data'; id?: string; data: Serialized } }
  | { id: number | null; error: Serialized }
  | { id: null; method: 'reconnect' };

const OPEN = 1;

interface SocketOptions {
  WebSocket: WebSocketConstructor;
  url: string;
  token: string;
}

export function socketWire({ WebSocket, url, token }: SocketOptions, events: WireEvents): Wire {
  const socket = new WebSocket(`${url}?connectionParams=1`) as Socket;
  const calls = new Map<number, Call>();
  let isHeard = false;
  let isOver = false;

  let timer: ReturnType<typeof setTimeout>;
  const later = (act: () => void, ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
  const send = (frame: object) => socket.send(JSON.stringify(frame));
  const check = (withinMs = ANSWER_MS) => {
    if (socket.readyState !== OPEN) return;
    socket.send('PING');
    later(giveUp, withinMs);
  };
  // A peer that is silent would not answer the closing handshake either.
  const giveUp = () => {
    socket.terminate?.();
    events.lost();
  };
  later(giveUp, ATTEMPT_MS);

  socket.addEventListener('open', () => {
    if (isOver) return;
    send({ method: 'connectionParams', data: { token } });
    check();
    events.usable();
  });
  socket.addEventListener('message', ({ data }) => {
    if (isOver) return;
    later(() => check(), QUIET_MS);
    if (!isHeard) events.heard();
    isHeard = true;
    if (data === 'PING') socket.send('PONG');
    else if (data !== 'PONG') notify(() => take(JSON.parse(data) as Frame));
  });
  socket.addEventListener('close', ({ code }) => events.lost(code));
  // A close follows; that of the `ws` package wants a listener.
  socket.addEventListener('error', () => undefined);

  function take(frame: Frame): void {
    if ('method' in frame) return events.summoned();
    const call = frame.id === null ? undefined : calls.get(frame.id);
    if (call === undefined) return;
    const { id, op } = call;
    if ('error' in frame) {
      calls.delete(id);
      call.error(Failure.told(deserialize(frame.error)));
      return;
    }
    const { result } = frame;
    if (op.type !== 'subscription' || result.type === 'stopped') calls.delete(id);
    if ('data' in result) {
      call.next({ result: { ...result, type: 'data', data: deserialize(result.data) } });
    } else if (result.type === 'started') {
      call.next({ result: { type: 'started' } });
    }
    if (!calls.has(id)) call.complete();
  }

  return {
    send(call) {
      const { id, op } = call;
      const input = serialize(op.input);
      calls.set(id, call);
      send({ id, method: op.type, params: { path: op.path, input } });
    },
    stop({ id, op }) {
      if (!calls.delete(id) || op.type !== 'subscription' || socket.readyState !== OPEN) return;
      send({ id, method: 'subscription.stop' });
    },
    check,
    close() {
      isOver = true;
      clearTimeout(timer);
      socket.close();
    },
  };
}
