import { callTRPCProcedure, initTRPC, TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { callProcedure, type ProcedureCall } from './call-procedure.ts';
import type { Context } from './context.ts';

const t = initTRPC.context<Context>().meta<{ rate: string }>().create();
const seen: unknown[] = [];
const watched = t.procedure.use(({ path, type, meta, signal, batchIndex, next }) => {
  seen.push({ path, type, meta, signal, batchIndex });
  return next({ ctx: { caller: 'ana' } });
});
const router = t.router({
  add: watched
    .meta({ rate: 'write' })
    .input(z.object({ a: z.number() }))
    .input(z.object({ b: z.number().default(2) }))
    .output(z.object({ sum: z.number() }))
    .mutation(({ ctx, input: { a, b } }) => ({ sum: a + b, ip: ctx.ip, caller: ctx.caller })),
  whoami: watched.query(({ ctx }) => ({ ip: ctx.ip, caller: ctx.caller })),
  raw: t.procedure
    .use(({ next }) => next({ getRawInput: () => Promise.resolve('other') }))
    .input(z.string())
    .query(({ input }) => input),
  refused: watched.query(() => {
    throw new TRPCError({ code: 'CONFLICT', message: 'no' });
  }),
  broken: t.procedure
    .use(() => {
      throw new TypeError('broken');
    })
    .query(() => 'never'),
  retried: t.procedure
    .use(async ({ next }) => {
      const first = await next();
      return first.ok ? first : next({ ctx: { ip: 'again' } });
    })
    .query(({ ctx }) => {
      if (ctx.ip !== 'again') throw new Error('first');
      return 'second';
    }),
});

const calls: [path: string, type: ProcedureCall['type'], input?: unknown][] = [
  ['add', 'mutation', { a: 1 }],
  ['add', 'mutation', { a: 'one' }],
  ['add', 'query', { a: 1 }],
  ['whoami', 'query'],
  ['raw', 'query', 'one'],
  ['refused', 'query'],
  ['broken', 'query'],
  ['retried', 'query'],
  ['nothing', 'query'],
  ['constructor', 'query'],
];

describe('a procedure that is called', () => {
  it.each(calls)('%s as a %s, does what it does when tRPC calls it', async (path, type, input) => {
    const { signal } = new AbortController();
    const outcome = async (by: (call: ProcedureCall) => Promise<unknown>) => {
      seen.length = 0;
      const getRawInput = () => Promise.resolve(input);
      const ctx = { ip: '127.0.0.1' } as Context;
      const call = { router, path, type, ctx, getRawInput, signal, batchIndex: 3 };
      const told = await by(call).catch((error: unknown) => {
        const { code, message, cause } = error as TRPCError;
        return { code, message, cause };
      });
      return { told, seen: [...seen] };
    };
    expect(await outcome(callProcedure)).toEqual(await outcome(callTRPCProcedure));
  });

  it('has its middlewares where they are looked for', async () => {
    const asked: string[] = [];
    const procedures: unknown = new Proxy(router._def.procedures, {
      get(target, path, receiver): unknown {
        asked.push(String(path));
        return Reflect.get(target, path, receiver);
      },
    });
    const ctx = { ip: '127.0.0.1' } as Context;
    const watching = { ...router, _def: { ...router._def, procedures } } as unknown as typeof router;
    const getRawInput = () => Promise.resolve(undefined);
    const call = {
      path: 'whoami',
      type: 'query',
      ctx,
      getRawInput,
      signal: undefined,
      batchIndex: 0,
    } as const;
    await callProcedure({ ...call, router: watching });
    // tRPC would look for it once more.
    expect(asked).toEqual(['whoami']);
  });
});
