import { describe, expect, it } from 'vitest';

import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Context } from './context.ts';
import { CALL_MS } from './database-timeouts.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { testServices } from './testing/services.ts';
import { open, t } from './trpc.ts';

describe('calls', () => {
  it('are answered in time though their work is not done, and subscriptions are not hurried', async () => {
    const clock = new ManualClock();
    // No query is made here.
    const services = testServices({} as PrismaClient, { clock });
    let finish: (said: string) => void = () => undefined;
    let begun = 0;
    const work = new Promise<string>((resolve) => (finish = resolve));
    const router = t.router({
      ask: open.query(() => ((begun += 1), work)),
      tell: open.mutation(() => ((begun += 1), work)),
      watch: open.subscription(async function* () {
        begun += 1;
        yield await work;
      }),
    });
    const context = { requestId: 'r', ip: '::1', services, authentication: () => ({ caller: undefined }) };
    const caller = t.createCallerFactory(router)(context as unknown as Context);

    const hurried = [caller.ask(), caller.tell()];
    const watched = (await caller.watch())[Symbol.asyncIterator]().next();
    await expect.poll(() => begun).toBe(3);
    clock.advance(CALL_MS - 1);
    const later = caller.ask();
    await expect.poll(() => begun).toBe(4);
    clock.advance(1);
    for (const call of hurried) await expect(call).rejects.toMatchObject({ reason: 'timed_out' });
    const { values } = await services.metrics.refusals.get();
    expect(values).toMatchObject([{ labels: { reason: 'timed_out' }, value: 2 }]);
    finish('done');
    expect(await later).toBe('done');
    expect(await watched).toEqual({ done: false, value: 'done' });
    clock.advance(CALL_MS);
  });
});
