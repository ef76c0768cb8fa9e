// Processes of the benchmark: each is given one order, gives one answer, and ends with whoever started it.
import { fork } from 'node:child_process';
import { once } from 'node:events';

import { endOf, TYPESCRIPT } from './child.ts';

export interface Worker<Answer> extends AsyncDisposable {
  /** Rejects when the process ends without one. */
  readonly answer: Promise<Answer>;
}

/** Starts an entry of this package and gives it its order. */
export function startWorker<Order, Answer>(entry: URL, order: Order): Worker<Answer> {
  const child = fork(entry, { execArgv: ['--import', TYPESCRIPT] });
  const end = endOf(child);
  child.send({ order });
  const answer = new Promise<Answer>((resolve, reject) => {
    child.once('message', (message: { answer: Answer }) => resolve(message.answer));
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${entry.pathname} has ended without an answer`)));
  });
  return {
    answer,
    [Symbol.asyncDispose]: end,
  };
}

/** In such a process: takes the order and sends back what `work` makes of it. */
export async function fulfil<Order, Answer>(work: (order: Order) => Promise<Answer>): Promise<void> {
  // Without its parent it has nobody to answer.
  process.once('disconnect', () => process.exit());
  const [{ order }] = (await once(process, 'message')) as [{ order: Order }];
  process.send?.({ answer: await work(order) });
}
