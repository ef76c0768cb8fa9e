// The jitter test's load: readers whose sockets are cut, and one writer who goes on.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

import type { BenchClient, Room } from '../clients/client.ts';
import { addUp, JitterAccount, type JitterResult } from './jitter-account.ts';
import { planCuts, planTexts, type JitterSettings } from './jitter-plan.ts';

const CONNECTING_AT_ONCE = 25;

export interface JitterRun extends JitterResult {
  /** Calls that the subject refused for the time being. */
  refused: number;
  /** How long it took to have all broadcasts acknowledged, in milliseconds: more than planned where the subject is behind. */
  wroteMs: number;
  /** How late the generator itself ran, in milliseconds: below it nothing can be told about the subject. */
  generatorP99: number;
}

export async function jitterLoad(room: Room, settings: JitterSettings): Promise<JitterRun> {
  const texts = planTexts(settings);
  const accounts = Array.from({ length: settings.clients }, () => new JitterAccount(texts));
  const sentAt: number[] = [];
  const failures: unknown[] = [];
  let over = 0;

  const connect = (account: JitterAccount, index: number): Promise<BenchClient> =>
    room.connect(index, {
      opened: () => account.open(performance.now(), over),
      resumed: () => (account.resumed += 1),
      delivered: (text) => account.take(text, { at: performance.now(), sentAt }),
      failed: (cause) => failures.push(cause),
    });
  const clients: BenchClient[] = [];
  for (let first = 0; first < accounts.length; first += CONNECTING_AT_ONCE) {
    const some = accounts.slice(first, first + CONNECTING_AT_ONCE);
    clients.push(...(await Promise.all(some.map((account, index) => connect(account, first + index)))));
  }

  const lateness = monitorEventLoopDelay({ resolution: 1 });
  lateness.enable();
  const startedAt = performance.now();
  for (const [index, cuts] of planCuts(settings).entries()) {
    for (const { atMs, downMs } of cuts) {
      setTimeout(() => {
        const account = accounts[index];
        if (account === undefined) return;
        if (clients[index]?.cut(downMs)) account.cut(performance.now() + downMs);
        else account.uncut += 1;
      }, atMs);
    }
  }
  // One after the other, so that their order is known; late ones catch up.
  for (const [number, text] of texts.entries()) {
    await delay(Math.max(0, startedAt + (number * 1_000) / settings.rate - performance.now()));
    sentAt[number] = performance.now();
    await room.broadcast(text);
    over = number + 1;
  }
  const wroteMs = performance.now() - startedAt;
  await delay(settings.settleMs);
  lateness.disable();

  for (const account of accounts) account.end();
  for (const client of clients) client.close();
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} clients failed`);
  return {
    ...addUp(accounts),
    refused: room.refused,
    wroteMs,
    generatorP99: lateness.percentile(99) / 1e6,
  };
}
