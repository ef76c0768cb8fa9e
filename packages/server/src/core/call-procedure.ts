/**
 * Calls a procedure as `callTRPCProcedure` does, one middleware after the other. That one copies all that it knows of a
 * call four times for each of them, property by property, which was a sixth of what it takes to let a client in. The
 * list of middlewares is tRPC's own affair: a procedure that has none to be seen, or is not here, is left to tRPC.
 */
import {
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  type AnyTRPCRouter,
  type TRPCError,
  type TRPCProcedureType,
} from '@trpc/server';

import type { Context } from './context.ts';

export interface ProcedureCall {
  router: AnyTRPCRouter;
  path: string;
  type: TRPCProcedureType;
  ctx: Context;
  getRawInput: () => Promise<unknown>;
  signal: AbortSignal | undefined;
  batchIndex: number;
}

/** What a middleware may change for those after it. */
interface State {
  ctx: object;
  input: unknown;
  getRawInput: () => Promise<unknown>;
}

type Result = { ok: true; data: unknown } | { ok: false; error: TRPCError };
type Middleware = (call: object) => Promise<Result | undefined>;

interface Definition {
  type: TRPCProcedureType;
  meta: unknown;
  middlewares: readonly Middleware[];
  experimental_caller?: boolean;
}

export async function callProcedure(call: ProcedureCall): Promise<unknown> {
  const definition = definitionOf(call.router, call.path);
  if (definition?.type !== call.type) return callTRPCProcedure(call);
  const { middlewares, meta } = definition;
  const { path, type, signal, batchIndex } = call;
  const run = (index: number, { ctx, input, getRawInput }: State): Promise<Result | undefined> =>
    caught(middlewares[index], {
      path,
      type,
      signal,
      batchIndex,
      meta,
      ctx,
      input,
      getRawInput,
      next: (change?: Partial<State>) =>
        run(index + 1, {
          ctx: change?.ctx === undefined ? ctx : { ...ctx, ...change.ctx },
          input: change !== undefined && 'input' in change ? change.input : input,
          getRawInput: change?.getRawInput ?? getRawInput,
        }),
    });
  const result = await run(0, { ctx: call.ctx, input: undefined, getRawInput: call.getRawInput });
  if (result === undefined) throw new Error(`a middleware of ${path} has no result`);
  if (!result.ok) throw result.error;
  return result.data;
}

function definitionOf(router: AnyTRPCRouter, path: string): Definition | undefined {
  const procedures = router._def.procedures as Readonly<Record<string, { _def?: Partial<Definition> }>>;
  const definition = procedures[path]?._def;
  if (definition?.middlewares === undefined || definition.experimental_caller === true) return undefined;
  return definition as Definition;
}

async function caught(middleware: Middleware | undefined, call: object): Promise<Result | undefined> {
  try {
    return await middleware?.(call);
  } catch (cause) {
    return { ok: false, error: getTRPCErrorFromUnknown(cause) };
  }
}
