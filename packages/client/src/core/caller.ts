/**
 * Calls by links, as tRPC's `createTRPCClient` makes them, in a third of its size: a typed proxy, and inside it the
 * client without types that tRPC's own adapters ask for.
 */
import type { AppRouter } from '@parley/server/api';
import type { Operation, TRPCLink, TRPCClientError } from '@trpc/client';

import type { ParleyCalls } from './calls.ts';
import { Failure } from './failure.ts';
import { iterate } from './iterate.ts';
import type { Results } from './line.ts';
import { resumed } from './repeat-link.ts';

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
      }).catch((error: unknown) => {
        throw Failure.from(error);
      });

  const subscription: Call = (...call) => {
    const options = call[2] ?? {};
    if (!Object.values(options).some((it) => typeof it === 'function')) return loopOver(call);
    return request('subscription', call).subscribe({
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

  /** A loop that is too far behind goes on from the last value that it was given. */
  function loopOver([path, input, options = {}]: Parameters<Call>): AsyncGenerator<unknown, void> {
    let lastEventId: string | undefined;
    const loop = iterate<unknown>(({ next, end }) => {
      const results = request('subscription', [path, resumed(input, lastEventId), options]);
      const subscription = results.subscribe({
        next: ({ result }) => {
          if (result.type !== undefined && result.type !== 'data') return;
          lastEventId = result.id;
          next(result.data);
        },
        error: end,
        complete: () => end(),
      });
      return () => subscription.unsubscribe();
    });
    const leave = () => void loop.return();
    options.signal?.addEventListener('abort', leave);
    if (options.signal?.aborted === true) leave();
    return loop;
  }

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
