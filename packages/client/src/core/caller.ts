/**
 * Calls by links, as tRPC's `createTRPCClient` makes them, in a third of its size: a typed proxy, and inside it the
 * client without types that tRPC's own adapters ask for.
 */
import type { AppRouter } from '@parley/server/api';
import { TRPCClientError, type Operation, type TRPCLink } from '@trpc/client';

import type { ParleyCalls } from './calls.ts';
import type { Results } from './line.ts';

type CallOptions = Partial<Pick<Operation, 'context' | 'signal'>>;

/** Those of a subscription; without any of them it is iterated over. */
interface Listeners {
  onStarted?: (started: { context: unknown }) => void;
  onData?: (value: unknown) => void;
  onError?: (error: TRPCClientError<AppRouter>) => void;
  onStopped?: () => void;
  onComplete?: () => void;
  onConnectionStateChange?: (state: object) => void;
}

type Call = (path: string, input?: unknown, options?: CallOptions & Listeners) => unknown;

/** Where tRPC's `getUntypedClient` looks. */
const UNTYPED = Symbol.for('trpc_untypedClient');

export function createCalls(links: readonly TRPCLink<AppRouter>[]): ParleyCalls {
  const chain = links.map((link) => link({}));
  let calls = 0;

  function request(
    type: Operation['type'],
    [path, input, { context = {}, signal = null } = {}]: Parameters<Call>,
  ): Results {
    const run = (op: Operation, index: number): Results =>
      chain[index]!({ op, next: (next) => run(next, index + 1) });
    calls += 1;
    return run({ id: calls, type, path, input, context, signal }, 0);
  }

  const once =
    (type: Operation['type']): Call =>
    (...call) =>
      new Promise((resolve, reject) => {
        request(type, call).subscribe({
          next: ({ result }) => resolve('data' in result ? result.data : undefined),
          error: reject,
          complete: () => reject(new DOMException('No answer', 'AbortError')),
        });
      }).catch((error: Error) => {
        throw TRPCClientError.from(error);
      });

  const subscription: Call = (...call) => {
    const results = request('subscription', call);
    const options = call[2] ?? {};
    if (!Object.values(options).some((it) => typeof it === 'function')) return iterate(results, options);
    return results.subscribe({
      next: ({ result, context }) => {
        if (result.type === 'state') options.onConnectionStateChange?.(result);
        else if (result.type === 'started') options.onStarted?.({ context });
        else if (result.type === 'stopped') options.onStopped?.();
        else options.onData?.(result.data);
      },
      error: (error) => options.onError?.(error),
      complete: () => options.onComplete?.(),
    });
  };

  const untyped = { query: once('query'), mutation: once('mutation'), subscription };
  const verbs = new Map<string | undefined, Call>([
    ['query', untyped.query],
    ['mutate', untyped.mutation],
    ['subscribe', subscription],
  ]);

  const proxies = new Map<string, object>();
  function at(path: readonly string[]): object {
    const name = path.join('.');
    const known = proxies.get(name);
    if (known !== undefined) return known;
    const proxy = new Proxy(() => undefined, {
      get(_target, key) {
        if (key === UNTYPED && path.length === 0) return untyped;
        // What has a `then` would be taken for a promise.
        return typeof key === 'string' && key !== 'then' ? at([...path, key]) : undefined;
      },
      apply(_target, _self, [input, options]: [unknown, CallOptions]) {
        const call = verbs.get(path.at(-1));
        // A name such as `toJSON`, which who prints a value tries.
        return call === undefined ? `tRPC.${name}` : call(path.slice(0, -1).join('.'), input, options);
      },
    });
    proxies.set(name, proxy);
    return proxy;
  }
  return at([]) as ParleyCalls;
}

/** Values wait until they are asked for, and an error after them. */
function iterate(results: Results, { signal }: CallOptions): AsyncIterableIterator<unknown> {
  let end = () => {};
  const reader = new ReadableStream<{ value: unknown } | { error: Error }>({
    start(controller) {
      const subscription = results.subscribe({
        next: ({ result }) => 'data' in result && controller.enqueue({ value: result.data }),
        error: (error) => {
          controller.enqueue({ error });
          controller.close();
        },
        complete: () => controller.close(),
      });
      end = () => subscription.unsubscribe();
    },
    cancel: () => end(),
  }).getReader();
  const cancel = () => void reader.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted === true) cancel();
  return {
    async next() {
      const { done, value } = await reader.read();
      if (done) return { done, value };
      if ('error' in value) throw value.error;
      return { done, value: value.value };
    },
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
