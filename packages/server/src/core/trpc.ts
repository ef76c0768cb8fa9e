import { getTRPCErrorFromUnknown, initTRPC, type TRPCError, type TRPCProcedureType } from '@trpc/server';

import type { Caller } from './caller.ts';
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

/** Needs no token. */
export const open = t.procedure.use((call) => serve(call, () => call.next()));

/** Needs a valid token; `ctx.caller` is the person it names. */
export const authed = t.procedure.use((call) =>
  serve(call, () => call.next({ ctx: { caller: callerOf(call.ctx) } })),
);

interface Call {
  ctx: Context;
  path: string;
  type: TRPCProcedureType;
  meta: Meta | undefined;
}

/**
 * Every call is counted against its rate before anything else is done for it, answered in time, timed, counted and
 * logged; what is unexpected is logged whole here and masked by the formatter. All of it is one middleware, since tRPC
 * copies what it knows of a call for each.
 */
async function serve<Result extends { ok: true } | { ok: false; error: TRPCError }>(
  { ctx, path, type, meta }: Call,
  work: () => Promise<Result>,
): Promise<Result> {
  const { clock, log, metrics } = ctx.services;
  const begin = clock.now();
  const told = (outcome: 'ok' | 'refused') => {
    const ms = clock.now() - begin;
    if (type !== 'subscription') metrics.callSeconds.observe({ path, outcome }, ms / 1_000);
    return { requestId: ctx.requestId, userId: ctx.authentication().caller?.id, path, ms };
  };
  const proceed = async () => {
    await count(ctx, type, meta);
    return work();
  };
  try {
    const result = await (type === 'subscription' ? proceed() : inTime(ctx, path, proceed));
    if (!result.ok) throw result.error;
    const entry = told('ok');
    const frequent = meta?.rate === 'typing' || meta?.rate === 'receipt' || meta?.rate === 'send';
    if (type === 'mutation' && !frequent) log.info(entry, 'called');
    else log.debug(entry, type === 'subscription' ? 'subscribed' : 'called');
    return result;
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    const entry = told('refused');
    if (error.code !== 'INTERNAL_SERVER_ERROR') {
      const reason = reasonOf(error);
      metrics.refusals.inc({ reason });
      log.debug({ ...entry, reason }, 'call refused');
      throw error;
    }
    log.error({ ...entry, err: error.cause ?? error }, 'call failed');
    const outage = outageOf(error.cause);
    if (outage === undefined) throw error;
    metrics.refusals.inc({ reason: outage });
    throw new Refusal(outage);
  }
}

/** Counts a call against its rate. */
async function count(ctx: Context, type: TRPCProcedureType, meta: Meta | undefined): Promise<void> {
  const key = ctx.authentication().caller?.id ?? `ip:${ctx.ip}`;
  const rate = meta?.rate ?? (type === 'mutation' ? 'write' : type === 'query' ? 'read' : 'subscribe');
  await ctx.services.rateLimits.consume(rate, key);
}

/**
 * Answers a call in time, with `timed_out` if need be. What it has begun is not undone: it ends by itself within the
 * bounds of the database, and a retry with the same `clientId` finds what it did.
 */
function inTime<Result extends { ok: boolean; error?: unknown }>(
  { services: { clock, log }, requestId }: Context,
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = clock.after(CALL_MS, () => {
      late = true;
      log.warn({ requestId, path, ms: CALL_MS }, 'call not answered in time');
      reject(new Refusal('timed_out'));
    });
    work()
      .finally(() => timer[Symbol.dispose]())
      .then((result) => {
        if (late && !result.ok)
          log.warn({ requestId, path, err: result.error }, 'call failed after its time');
        resolve(result);
      }, reject);
  });
}

function callerOf(ctx: Context): Caller {
  const authentication = ctx.authentication();
  if (authentication.caller === undefined) throw new Refusal(authentication.refusal);
  return authentication.caller;
}
