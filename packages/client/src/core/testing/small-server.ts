/**
 * A small real server with real sockets: just enough of Parley's paths, tokens, refusals and close codes to see what the
 * client does about each. What the whole server does with this client is seen in `packages/tests`.
 */
import { EventEmitter, on } from 'node:events';
import type { AddressInfo } from 'node:net';

import type { ErrorReason, Session } from '@parley/contract';
import { initTRPC, tracked, TRPCError } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import superjson from 'superjson';
import { WebSocketServer, type WebSocket } from 'ws';

class Refused extends TRPCError {
  readonly reason: ErrorReason;
  readonly retryable: boolean;

  constructor(
    reason: ErrorReason,
    { retryable = false, code }: { retryable?: boolean; code?: TRPCError['code'] } = {},
  ) {
    super({ code: code ?? (retryable ? 'SERVICE_UNAVAILABLE' : 'UNAUTHORIZED') });
    this.reason = reason;
    this.retryable = retryable;
  }
}

interface Context {
  token: string | undefined;
  hangUp: (() => void) | undefined;
}

const USER = {
  username: 'ana',
  avatar: null,
  displayName: null,
  email: 'ana@parley.test',
  createdAt: new Date(0),
};

export class SmallServer {
  /** Access tokens that are taken, with whose they are. */
  readonly good = new Map<string, string>();
  /** Tokens that sockets and requests have shown, in order. */
  readonly shown: (string | undefined)[] = [];
  readonly refreshes: string[] = [];
  readonly logouts: string[] = [];
  /** Where subscriptions wanted to go on. */
  readonly resumedAfter: (string | null)[] = [];
  readonly log: string[] = [];
  sends = 0;
  /** How often sockets have asked whether it is there. */
  pings = 0;
  /** How many of the next subscriptions fail at their first value, and may be repeated. */
  failures = 0;
  /** Lifetime of the sessions that are given. */
  lifetimeMs = 900_000;
  /** Answers to `auth.refresh` wait for it. */
  gate: Promise<void> = Promise.resolve();
  refreshFails = false;
  answersSends = true;

  readonly #appended = new EventEmitter();
  #issued = 0;
  #refreshable = new Set<string>();
  #port = 0;
  #stop: () => Promise<void> = () => Promise.resolve();
  #sockets: WebSocketServer | undefined;

  static async start(): Promise<SmallServer> {
    const server = new SmallServer();
    await server.listen();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get sockets(): WebSocket[] {
    return [...(this.#sockets?.clients ?? [])];
  }

  issue(userId = 'ana'): Session {
    this.#issued += 1;
    const accessToken = `access-${this.#issued}`;
    const refreshToken = `refresh-${this.#issued}`;
    this.good.set(accessToken, userId);
    this.#refreshable.add(refreshToken);
    const accessTokenExpiresAt = new Date(Date.now() + this.lifetimeMs);
    return { user: { ...USER, id: userId }, accessToken, accessTokenExpiresAt, refreshToken };
  }

  append(content: string): void {
    this.log.push(content);
    this.#appended.emit('appended');
  }

  /** Asks every client to come again, as a server that stops does. */
  nudge(): void {
    for (const socket of this.sockets) socket.send('{"id":null,"method":"reconnect"}');
  }

  /** On the port of before. */
  async listen(): Promise<void> {
    const router = this.#router();
    const http = createHTTPServer({
      router,
      createContext: ({ req }): Context => ({
        token: req.headers.authorization?.slice(7),
        hangUp: undefined,
      }),
      basePath: '/trpc/',
    });
    const wss = new WebSocketServer({ server: http, path: '/trpc' });
    wss.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => {
        if (data.toString() === 'PING') this.pings += 1;
      }),
    );
    applyWSSHandler({
      wss,
      router,
      createContext: ({ info, res }): Context => {
        const token = info.connectionParams?.['token'];
        this.shown.push(token);
        return { token, hangUp: () => setTimeout(() => res.close(4401), 20) };
      },
    });
    await new Promise<void>((resolve) => http.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (http.address() as AddressInfo).port;
    this.#sockets = wss;
    this.#stop = async () => {
      for (const socket of wss.clients) socket.terminate();
      wss.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    };
  }

  async stop(): Promise<void> {
    await this.#stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #router() {
    const t = initTRPC.context<Context>().create({
      transformer: superjson,
      isDev: false,
      errorFormatter: ({ shape, error }) => ({
        ...shape,
        data: {
          ...shape.data,
          reason: error instanceof Refused ? error.reason : 'internal',
          retryable: error instanceof Refused && error.retryable,
          requestId: null,
        },
      }),
    });
    const open = t.procedure.input((input: unknown) => input as Record<string, string>);
    const authed = open.use(({ ctx, next }) => {
      const caller = ctx.token === undefined ? undefined : this.good.get(ctx.token);
      if (caller !== undefined) return next({ ctx: { caller } });
      ctx.hangUp?.();
      throw new Refused('token_invalid');
    });
    return t.router({
      auth: t.router({
        login: open.mutation(({ input }) => {
          if (input['password'] !== 'right') throw new Refused('invalid_credentials');
          return this.issue(input['email']?.split('@')[0]);
        }),
        refresh: open.mutation(async ({ input }) => {
          const token = input['refreshToken'] ?? '';
          this.refreshes.push(token);
          await this.gate;
          if (this.refreshFails) throw new Refused('unavailable', { retryable: true });
          if (!this.#refreshable.delete(token)) throw new Refused('refresh_token_reused');
          return this.issue();
        }),
        logout: authed.mutation(({ input }) => {
          this.logouts.push(input['refreshToken'] ?? '');
          return { success: true };
        }),
        me: authed.query(({ ctx }) => ({ ...USER, id: ctx.caller })),
      }),
      messages: t.router({
        send: authed.mutation(async () => {
          this.sends += 1;
          if (!this.answersSends) await new Promise(() => undefined);
          return { success: true };
        }),
      }),
      inbox: t.router({
        events: authed.subscription(({ input, signal }) =>
          this.#events((input as { lastEventId?: string } | undefined)?.lastEventId, signal as AbortSignal),
        ),
      }),
    });
  }

  async *#events(lastEventId: string | undefined, signal: AbortSignal) {
    this.resumedAfter.push(lastEventId ?? null);
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Refused('unavailable', { retryable: true });
    }
    const appended = on(this.#appended, 'appended', { signal });
    yield tracked(lastEventId ?? '0', { type: 'connected', payload: { resumed: lastEventId !== undefined } });
    for (let seq = Number(lastEventId ?? 0); ; await appended.next()) {
      for (; seq < this.log.length; seq += 1) {
        yield tracked(String(seq + 1), { type: 'new-message', payload: { content: this.log[seq] } });
      }
    }
  }
}
