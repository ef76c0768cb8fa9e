// Processes that are asked one thing after another, and for what the operating system has counted of them meanwhile.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { endOf, TYPESCRIPT } from './child.ts';
import { placed, type Place } from './cores.ts';

/** What a process has used since it began, by the operating system's accounting of all its threads. */
export interface Usage {
  cpuMs: number;
  rssBytes: number;
  /** Of one that has V8's. */
  heapBytes?: number;
}

type Answers = Readonly<Record<string, (order: never) => unknown>>;
type OrderOf<Answer> = Answer extends (order: infer Order) => unknown ? Order : never;

interface Question {
  id: number;
  name: string;
  order: unknown;
}

interface Answer {
  id: number;
  value?: unknown;
  error?: { name: string; message: string };
}

export interface Servant<Api extends Answers> extends AsyncDisposable {
  /** Rejects with what the process threw, or when it has ended. */
  ask<Name extends keyof Api & string>(
    name: Name,
    order: OrderOf<Api[Name]>,
  ): Promise<Awaited<ReturnType<Api[Name]>>>;
  /** After `collect`, without what is garbage. */
  usage(options?: UsageOrder): Promise<Usage>;
}

/** Starts an entry of this package that serves `Api`. */
export function startServant<Api extends Answers>(entry: URL, place: Place): Servant<Api> {
  const [command = '', ...args] = placed(place, [
    process.execPath,
    '--expose-gc',
    '--import',
    TYPESCRIPT,
    fileURLToPath(entry),
  ]);
  const child = spawn(command, args, {
    // What it says is not the report's.
    stdio: ['ignore', process.stderr, 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const end = endOf(child);
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (cause: Error) => void }>();
  let asked = 0;
  child.on('message', ({ id, value, error }: Answer) => {
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) caller?.resolve(value);
    else caller?.reject(Object.assign(new Error(error.message), { name: error.name }));
  });
  const abandon = (cause: Error) => {
    for (const { reject } of waiting.values()) reject(cause);
    waiting.clear();
  };
  child.once('error', abandon);
  child.once('exit', () => abandon(new Error(`${entry.pathname} has ended`)));
  const ask = (name: string, order: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (!child.connected) return reject(new Error(`${entry.pathname} has ended`));
      asked += 1;
      waiting.set(asked, { resolve, reject });
      child.send({ id: asked, name, order } satisfies Question);
    });
  return {
    ask: (name, order) => ask(name, order) as ReturnType<Servant<Api>['ask']>,
    usage: (options = { collect: false }) => ask(USAGE, options) as Promise<Usage>,
    [Symbol.asyncDispose]: end,
  };
}

const USAGE = 'usage';

export interface UsageOrder {
  collect: boolean;
}

/** In such a process: answers until its parent is gone. Its usage is its own, unless another's is measured. */
export function serve<Api extends Answers>(
  api: Api,
  usage: (order: UsageOrder) => Usage | Promise<Usage> = ownUsage,
): void {
  // Without its parent it has nobody to answer.
  process.once('disconnect', () => process.exit());
  const answerTo = async ({ name, order }: Question) =>
    name === USAGE ? await usage(order as UsageOrder) : await api[name]?.(order as never);
  process.on('message', (question: Question) => {
    void answerTo(question).then(
      (value) => process.send?.({ id: question.id, value } satisfies Answer),
      (cause: unknown) => {
        const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
        process.send?.({ id: question.id, error: { name, message } } satisfies Answer);
      },
    );
  });
}

export async function ownUsage({ collect }: UsageOrder): Promise<Usage> {
  if (collect) {
    // What one collection finalises the next one frees.
    for (let times = 0; times < 3; times += 1) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpuMs: (user + system) / 1_000, rssBytes: rss, heapBytes: heapUsed };
}
