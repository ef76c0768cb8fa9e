/**
 * A wire without a WebSocket: each call is an HTTP request, each subscription a stream of server-sent events. It is a
 * chunk of its own, since few need it. Its promises:
 * 1. It is there once the server has answered, and lost once it does not.
 * 2. At most four streams are open: browsers give a host six connections over HTTP/1.1, and calls need some. Where more
 *    are wanted, the rooms take turns, each from where it was.
 * 3. A call is sent once. One whose answer did not come fails as `unavailable`.
 */
import { isAnswer, isTokenRefusal, unreachable } from './errors.ts';
import { readSubscription } from './event-stream.ts';
import { Failure } from './failure.ts';
import { callOverHttp, type HttpServer } from './http-call.ts';
import { ANSWER_MS, MOVED, type Call, type Wire, type WireEvents } from './line.ts';

const STREAMS = 4;
/** While others wait, one stream gives way so often. */
const TURN_MS = 1_000;
/** It tells of all rooms, and never gives way. */
const INBOX = 'inbox.events';
/** As a socket that is closed for its token. */
const UNAUTHENTICATED = 4401;

interface StreamOptions {
  server: HttpServer;
  token: string;
}

export function streamWire({ server, token }: StreamOptions, events: WireEvents): Wire {
  /** Subscriptions that there is no room for yet. */
  let queue: Call[] = [];
  /** In the order in which they were opened, and whether they have brought anything. */
  const streams = new Map<Call, boolean>();
  const requests = new Map<Call, AbortController>();
  let turn: ReturnType<typeof setTimeout> | undefined;
  let isChecking = false;

  async function ask(withinMs = ANSWER_MS): Promise<void> {
    const signal = AbortSignal.timeout(withinMs);
    try {
      await callOverHttp(server, { type: 'query', path: 'auth.me', token, signal });
    } catch (error) {
      if (isTokenRefusal(error)) return events.lost(UNAUTHENTICATED);
      if (!isAnswer(error)) return events.lost();
    }
  }

  function check(withinMs?: number): void {
    if (isChecking) return;
    isChecking = true;
    void ask(withinMs).finally(() => (isChecking = false));
  }

  function start(call: Call): void {
    const controller = new AbortController();
    requests.set(call, controller);
    void run(call, controller.signal).then(call.complete, (error: unknown) => {
      if (controller.signal.aborted) return;
      if (!isAnswer(error)) check();
      call.error(error instanceof Failure ? error : unreachable(error));
    });
  }

  async function run(call: Call, signal: AbortSignal): Promise<void> {
    const { op, next } = call;
    const sent = { ...op, token, signal };
    if (op.type === 'subscription') {
      return readSubscription(server, sent, (envelope) => {
        // It may have been stopped at what came in one piece with this.
        if (signal.aborted) return;
        streams.set(call, 'data' in envelope.result);
        next(envelope);
      });
    }
    next({ result: { type: 'data', data: await callOverHttp(server, sent) } });
  }

  /** Opens what waits, as far as there is room. */
  function fill(): void {
    while (streams.size < STREAMS) {
      const call = queue.shift();
      if (call === undefined) return;
      streams.set(call, false);
      start(call);
    }
    if (queue.length > 0) turn ??= setTimeout(giveWay, TURN_MS);
  }

  /** The room that was opened first goes to the end of the queue, once it has a place to go on from. */
  function giveWay(): void {
    turn = undefined;
    const first = [...streams].find(([{ op }, hasBegun]) => hasBegun && op.path !== INBOX);
    if (queue.length > 0) first?.[0].error(MOVED);
    fill();
  }

  void ask().then(() => {
    events.heard();
    events.usable();
  });

  return {
    send(call) {
      if (call.op.type !== 'subscription') return start(call);
      // Somebody has just opened a new one, and waits for it.
      if (hasPlace(call)) queue.push(call);
      else queue.unshift(call);
      fill();
    },
    stop(call) {
      requests.get(call)?.abort();
      requests.delete(call);
      queue = queue.filter((other) => other !== call);
      if (streams.delete(call)) fill();
    },
    check,
    close: () => clearTimeout(turn),
  };
}

function hasPlace({ op }: Call): boolean {
  return (op.input as { lastEventId?: string } | undefined)?.lastEventId !== undefined;
}
