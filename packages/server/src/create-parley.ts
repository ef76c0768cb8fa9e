/**
 * Wires the parts of one server, and takes them down in reverse order. Everything that lives is made here; nothing
 * here knows what the parts do.
 */
import type { TRPCCreateRouterOptions } from '@trpc/server';

import type { Bus } from './bus/bus.ts';
import { systemClock, type Clock } from './core/clock.ts';
import { Closing } from './core/closing.ts';
import type { Config } from './core/config.ts';
import { askToWrite } from './core/database-outage.ts';
import type { Database } from './core/database.ts';
import { createHostEvents, type HostEvents } from './core/host-events.ts';
import { createLogger, type Logger } from './core/logger.ts';
import { createMetrics } from './core/metrics.ts';
import { openOwnDatabase } from './core/open-own-database.ts';
import { openShared } from './core/open-shared.ts';
import { Refusal } from './core/refusal.ts';
import type { Services } from './core/services.ts';
import { readSettings, type ParleySettings } from './core/settings.ts';
import { StartupError } from './core/startup-error.ts';
import { authed, open, t } from './core/trpc.ts';
import { Wheel } from './core/wheel.ts';
import { createServices } from './create-services.ts';
import type { AuthOptions } from './domains/auth/create-auth.ts';
import { setDisabled } from './domains/users/disable.ts';
import { endedAmong } from './domains/users/store.ts';
import { createAddressOf } from './http/addresses.ts';
import { createApp } from './http/app.ts';
import { Connections } from './http/connections.ts';
import { drain, type Port } from './http/drain.ts';
import { EDGE_LIMITS, ONLY_NODE_LIMITS, type EdgeLimits } from './http/edge-limits.ts';
import { EndedSessions } from './http/ended-sessions.ts';
import { attach, listen, type HostServer } from './http/listen.ts';
import { Origins } from './http/origins.ts';
import { Readiness } from './http/readiness.ts';
import { Sockets } from './http/sockets.ts';
import { procedures } from './procedures.ts';

/** What a host's own procedures are made with. */
export interface ProcedureKit {
  /** Needs no token. */
  open: typeof open;
  /** Needs a valid token; `ctx.caller` is the person it names. */
  authed: typeof authed;
}

// oxlint-disable-next-line typescript/no-generated-empty-object-type -- an interface has no index signature
type NoProcedures = Record<never, never>;

export interface ParleyOptions<Extra extends TRPCCreateRouterOptions = NoProcedures> extends ParleySettings {
  /** Settings that are read already, in place of those above. */
  config?: Config;
  /** A migrated database that is open already, and stays so. That one node alone uses it is then the host's care. */
  database?: Database;
  /** What carries events between nodes, given what `redisUrl` makes: a host may wrap it, or put its own in its place. */
  wrapBus?: (bus: Bus) => Bus;
  log?: Logger;
  clock?: Clock;
  /** Multiplies every rate limit. */
  rateFactor?: number;
  edgeLimits?: Partial<EdgeLimits>;
  /** How long someone without a connection still counts as online, in milliseconds. */
  presenceGraceMs?: number;
  /** Cost of a password's hash; OWASP's by default. */
  passwordCost?: AuthOptions['config']['passwordCost'];
  /** Life of an access token; 15 minutes by default. */
  accessTokenSeconds?: number;
  /** Where the built web app is; none is served without one. */
  webDirectory?: string;
  /** The host's own procedures, beside Parley's. */
  extend?: (kit: ProcedureKit) => Extra;
}

export interface Parley<Extra extends TRPCCreateRouterOptions = NoProcedures>
  extends HostEvents, AsyncDisposable {
  /** Everything that can be called, the host's own procedures included. */
  readonly router: ReturnType<typeof createRouter<Extra>>;
  readonly services: Services;
  /**
   * Serves inside a host's server: its other paths and upgrades stay its own. Call it after adding the host's listeners
   * for requests and upgrades: those that are added later hear of ours as well.
   *
   * @throws StartupError when this is closed, or the server has sixteen already.
   */
  attach(server: HostServer): void;
  /**
   * Serves on a port of its own; 0 takes a free one.
   *
   * @throws StartupError when the address cannot be listened on, or this is closed.
   */
  listen(address?: { port?: number; host?: string }): Promise<{ url: string }>;
  /** Whether someone is connected to any node. */
  isUserOnline(userId: string): Promise<boolean>;
  /** Ids of everyone who is connected to any node. */
  getActiveUsers(): Promise<string[]>;
  /** Shuts someone out: their sessions end, and so do their connections on every node. */
  disableUser(userId: string): Promise<void>;
  enableUser(userId: string): Promise<void>;
  /** Sends clients elsewhere, lets calls under way finish, and takes everything down that this has made. */
  close(): Promise<void>;
}

/**
 * Makes a server, ready to be attached or to listen.
 *
 * @throws StartupError (a `ConfigError` for a setting) in one line that says why it cannot run.
 * @example
 * const parley = await createParley({ databaseUrl: 'postgresql://…', jwtPublicKey });
 * parley.attach(httpServer);
 * parley.broadcastToConversation(id, 'listing-sold', { listingId });
 */
export async function createParley<Extra extends TRPCCreateRouterOptions = NoProcedures>(
  options: ParleyOptions<Extra> = {},
): Promise<Parley<Extra>> {
  const config = options.config ?? readSettings(options);
  if (config.redisUrl !== undefined && config.databaseUrl === undefined && options.database === undefined) {
    throw new StartupError(
      'REDIS_URL needs DATABASE_URL beside it: the embedded database serves one process',
    );
  }
  const log = options.log ?? createLogger(config.logLevel);
  const closing = new Closing(log);
  try {
    return await wire({ options, config, log, closing });
  } catch (error) {
    await closing.close();
    throw error;
  }
}

interface Wiring<Extra extends TRPCCreateRouterOptions> {
  options: ParleyOptions<Extra>;
  config: Config;
  log: Logger;
  closing: Closing;
}

async function wire<Extra extends TRPCCreateRouterOptions>({
  options,
  config,
  log,
  closing,
}: Wiring<Extra>): Promise<Parley<Extra>> {
  const { passwordCost, accessTokenSeconds, rateFactor, presenceGraceMs } = options;
  const clock = new Wheel(options.clock ?? systemClock);
  const { source, key, issuer, audience } = config.token;
  const metrics = createMetrics();
  const { database, nodeLock } =
    options.database === undefined
      ? await openOwnDatabase({ config, clock, log, metrics, closing })
      : { database: options.database, nodeLock: undefined };
  const { redisUrl } = config;
  const shared = await openShared({ redisUrl, wrapBus: options.wrapBus, clock, log, metrics, closing });
  const { services, roster } = createServices({
    ...shared,
    database,
    metrics,
    clock,
    log,
    closing,
    auth: {
      ...(source === 'own' ? { secret: key } : { publicKey: key }),
      issuer,
      audience,
      registration: config.registration,
      passwordCost,
      accessTokenSeconds,
    },
    rateFactor,
    presenceGraceMs,
  });
  const { bus, db, authenticator, announce, peopleOnline } = services;

  const limits = {
    ...EDGE_LIMITS,
    ...(redisUrl === undefined && ONLY_NODE_LIMITS),
    ...options.edgeLimits,
  };
  const connections = new Connections({ perUser: limits.connectionsPerUser, watcher: roster });
  const endedSessions = new EndedSessions({
    connections,
    bus,
    clock,
    log,
    sweepMs: limits.sweepMs,
    endedAmong: (people) => endedAmong(db, people),
  });
  closing.add(() => endedSessions[Symbol.asyncDispose]());

  const router = createRouter(options.extend?.({ open, authed }) ?? ({} as Extra));
  const readiness = new Readiness({ clock, bus, lease: services.lease, nodeLock, ask: () => askToWrite(db) });
  const parts = {
    random: Math.random,
    router,
    services,
    authenticator,
    connections,
    origins: new Origins(config.origins),
    addressOf: createAddressOf(config.trustedProxies),
    limits,
  };
  const sockets = new Sockets(parts);
  const app = await createApp({
    ...parts,
    readiness: () => readiness.state(),
    webDirectory: options.webDirectory,
  });
  const edge = { app, sockets, limits, clock, log };
  closing.add(() => app.close());
  const ports: Port[] = [];
  const leaving = { readiness, sockets, connections, ports, limits, clock, random: Math.random };
  closing.add(() => drain({ ...leaving, delayMs: config.drainDelayMs }));
  services.lease.onLost(() => {
    sockets.giveUp();
    connections.cutStreams(new Refusal('unavailable'));
  });

  const close = () => closing.close();
  const refuseOnceClosed = () => {
    if (closing.begun) throw new StartupError('this server is closed; make another one');
  };
  return {
    ...createHostEvents(announce),
    router,
    services,
    attach(server) {
      refuseOnceClosed();
      ports.push(attach(edge, server));
    },
    async listen({ port = config.port, host = config.host } = {}) {
      refuseOnceClosed();
      const { url, ...own } = await listen(edge, { port, host });
      ports.push(own);
      if (closing.begun) await own.stop();
      refuseOnceClosed();
      return { url };
    },
    isUserOnline: async (userId) => (await peopleOnline.online([userId])).has(userId),
    getActiveUsers: () => peopleOnline.everyone(),
    disableUser: (userId) => setDisabled(services, userId, true),
    enableUser: (userId) => setDisabled(services, userId, false),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Parley's procedures and a host's own; a host cannot replace one. */
function createRouter<Extra extends TRPCCreateRouterOptions>(extra: Extra) {
  const taken = Object.keys(extra).find((name) => name in procedures);
  if (taken !== undefined)
    throw new TypeError(`${taken} is Parley's own; give the host's procedures another name`);
  return t.router({ ...procedures, ...extra });
}
