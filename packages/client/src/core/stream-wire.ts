/**
 * A wire without a WebSocket: each call is an HTTP request, each subscription a stream of server-sent events. It is a
 * chunk of its own, since few need it. Its promises:
 * 1. It is there once the server has answered, and lost once it does not.
 * 2. At most four streams are open: browsers give a host six connections over HTTP/1.1, and calls need some. Where more
 *    are wanted, the rooms take turns, each from where it was.
 * 3. A call is sent once. One whose answer did not come fails as `unavailable`.
 */
import { TRPCClientError } from '@trpc/client';

import { isTokenRefusal, unreachable } from './errors.ts';
import { readSubscription } from './event-stream.ts';
import { callOverHttp, isAnswer, type HttpServer } from './http-call.ts';
import { ANSWER_MS, MOVED, type Call, type Wire, type WireEvents } from './line.ts';

const STREAMS = 4;
/** While others wait, one stream gives way so often. */
const TURN_MS = 2_000;
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
  const queue = new Set<Call>();
  /** In the order in which they were opened. */
  const streams = new Set<Call>();
  const requests = new Map<Call, AbortController>();
  let turn: ReturnType<typeof setTimeout> | undefined;
  let isChecking = false;

  async function ask(): Promise<void> {
    const signal = AbortSignal.timeout(ANSWER_MS);
    try {
      await callOverHttp(server, { type: 'query', path: 'auth.me', token, signal });
    } catch (error) {
      if (isTokenRefusal(error)) return events.lost(UNAUTHENTICATED);
      if (!isAnswer(error)) return events.lost();
    }
  }

  function check(): void {
    if (isChecking) return;
    isChecking = true;
    void ask().finally(() => (isChecking = false));
  }

  function start(call: Call): void {
    const controller = new AbortController();
    requests.set(call, controller);
    void run(call, controller.signal).then(call.complete, (error: unknown) => {
      if (controller.signal.aborted) return;
      if (!isAnswer(error)) check();
      call.error(error instanceof TRPCClientError ? error : unreachable(error));
    });
  }

  async function run({ op, next }: Call, signal: AbortSignal): Promise<void> {
    const sent = { ...op, token, signal };
    if (op.type === 'subscription') return readSubscription(server, sent, next);
    next({ result: { type: 'data', data: await callOverHttp(server, sent) } });
  }

  /** Opens what waits, as far as there is room. */
  function fill(): void {
    for (const call of queue) {
      if (streams.size >= STREAMS) {
        turn ??= setTimeout(giveWay, TURN_MS);
        return;
      }
      queue.delete(call);
      streams.add(call);
      start(call);
    }
  }

  /** The room that was opened first goes to the end of the queue. */
  function giveWay(): void {
    turn = undefined;
    if (queue.size > 0) [...streams].find(({ op }) => op.path !== INBOX)?.error(MOVED);
  }

  void ask().then(() => {
    events.heard();
    events.usable();
  });

  return {
    send(call) {
      if (call.op.type !== 'subscription') return start(call);
      queue.add(call);
      fill();
    },
    stop(call) {
      requests.get(call)?.abort();
      requests.delete(call);
      queue.delete(call);
      if (streams.delete(call)) fill();
    },
    check,
    close: () => clearTimeout(turn),
  };
}
