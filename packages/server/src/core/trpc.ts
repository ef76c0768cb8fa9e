import { initTRPC } from '@trpc/server';

import type { Context } from './context.ts';
import { outageOf } from './database-outage.ts';
import { CALL_MS } from './database-timeouts.ts';
import { reasonOf, shapeError } from './error-formatter.ts';
import { Refusal } from './refusal.ts';
import type { Meta } from './root.ts';
import { transformer } from './transformer.ts';

export const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    transformer,
    errorFormatter: shapeError,
    isDev: false,
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 45_000 } },
  });

/** Times, counts and logs a call; what is unexpected is logged whole here and masked by the formatter. */
const observed = t.procedure.use(async ({ ctx, path, type, meta, next }) => {
  const { clock, log, metrics } = ctx.services;
  const begin = clock.now();
  const result = await next();
  const ms = clock.now() - begin;
  if (type !== 'subscription') {
    metrics.callSeconds.observe({ path, outcome: result.ok ? 'ok' : 'refused' }, ms / 1_000);
  }
  const entry = { requestId: ctx.requestId, userId: ctx.authentication().caller?.id, path, ms };
  if (result.ok) {
    const frequent = meta?.rate === 'typing' || meta?.rate === 'receipt' || meta?.rate === 'send';
    if (type === 'mutation' && !frequent) log.info(entry, 'called');
    else log.debug(entry, type === 'subscription' ? 'subscribed' : 'called');
    return result;
  }
  const { error } = result;
  if (error.code === 'INTERNAL_SERVER_ERROR') {
    log.error({ ...entry, err: error.cause ?? error }, 'call failed');
    const outage = outageOf(error.cause);
    if (outage !== undefined) {
      metrics.refusals.inc({ reason: outage });
      throw new Refusal(outage);
    }
  } else {
    const reason = reasonOf(error);
    metrics.refusals.inc({ reason });
    log.debug({ ...entry, reason }, 'call refused');
  }
  return result;
});

/**
 * Answers a call in time, with `timed_out` if need be. What it has begun is not undone: it ends by itself within the
 * bounds of the database, and a retry with the same `clientId` finds what it did.
 */
const timely = observed.use(({ ctx, path, type, next }) => {
  if (type === 'subscription') return next();
  const { clock, log } = ctx.services;
  const entry = { requestId: ctx.requestId, path };
  return new Promise<Awaited<ReturnType<typeof next>>>((resolve, reject) => {
    let late = false;
    const timer = clock.after(CALL_MS, () => {
      late = true;
      log.warn({ ...entry, ms: CALL_MS }, 'call not answered in time');
      reject(new Refusal('timed_out'));
    });
    next().then((result) => {
      timer[Symbol.dispose]();
      if (late && !result.ok) log.warn({ ...entry, err: result.error }, 'call failed after its time');
      resolve(result);
    }, reject);
  });
});

/** Counts a call against its rate before anything else is done for it. */
const limited = timely.use(async ({ ctx, type, meta, next }) => {
  const authentication = ctx.authentication();
  const key = authentication.caller?.id ?? `ip:${ctx.ip}`;
  const rate = meta?.rate ?? (type === 'mutation' ? 'write' : type === 'query' ? 'read' : 'subscribe');
  await ctx.services.rateLimits.consume(rate, key);
  return next();
});

/** Needs no token. */
export const open = limited;

/** Needs a valid token; `ctx.caller` is the person it names. */
export const authed = limited.use(({ ctx, next }) => {
  const authentication = ctx.authentication();
  if (authentication.caller === undefined) throw new Refusal(authentication.refusal);
  return next({ ctx: { caller: authentication.caller } });
});
