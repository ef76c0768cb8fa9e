import { useMemo, useSyncExternalStore } from 'react';

import type { ParleyClientError } from '../core/errors.ts';
import type { Status } from '../core/status.ts';
import type { Subscribable } from '../core/subscribable.ts';
import { isAlike } from './alike.ts';
import { Tracker, type Fields } from './tracker.ts';

/** How far something is that has to be loaded. */
export interface Loadable {
  readonly status: Status;
  /** Why it `failed`; null otherwise. */
  readonly error: ParleyClientError | null;
}

/** Whether two results of a selector are the same, so that nothing is rendered again. */
export type IsEqual<Selected> = (before: Selected, now: Selected) => boolean;

/** A selector, and when two of its results are the same; by default when their fields or items are. */
export type Selection<Result> = [
  select?: ((result: Result) => unknown) | undefined,
  isEqual?: IsEqual<never> | undefined,
];

type ValueOf<Source> = Source extends Subscribable<infer Value> ? Value : never;

/**
 * The one place where React meets what changes. Renders again when a field changes that was read from the result, or,
 * with a selector, when what that gives changes.
 *
 * @param fieldsOf the same function each time
 */
export function useSnapshot<Source extends Subscribable<unknown>, Result extends object>(
  source: Source,
  fieldsOf: (source: Source) => Fields<ValueOf<Source>, Result>,
  [select, isEqual]: Selection<Result> = [],
): unknown {
  const tracker = useMemo(
    () => new Tracker<ValueOf<Source>, Result>(source as Subscribable<ValueOf<Source>>, fieldsOf(source)),
    [source, fieldsOf],
  );
  const selected = (snapshot: () => Result) =>
    select === undefined
      ? snapshot
      : () => tracker.select(snapshot(), select, (isEqual as IsEqual<unknown> | undefined) ?? isAlike);
  return useSyncExternalStore(
    tracker.subscribe,
    selected(tracker.getSnapshot),
    selected(tracker.getServerSnapshot),
  );
}

/** The same for a suspense twin, whose results are those of its hook once they are ready. */
export function useReadySnapshot<Source extends Subscribable<Loadable>, Result extends object>(
  source: Source,
  fieldsOf: (source: Source) => Fields<ValueOf<Source>, Result>,
  selection: Selection<never>,
): unknown {
  useReady(source);
  return useSnapshot(source, fieldsOf, selection as Selection<Result>);
}

/**
 * Suspends until something is there, and throws why it is not. The promise is the same for everyone who waits for it,
 * and whoever waits follows it, so that it is still there when they are rendered. What failed is loaded anew for whoever
 * is rendered a second after that was thrown, as below a boundary that was reset.
 */
function useReady(source: Subscribable<Loadable>): void {
  const { status, error } = useSnapshot(source, loadableOf) as Loadable;
  if (status === 'loading' || (error !== null && mayRetry(error))) throw whenLoaded(source);
  if (error !== null) throw error;
}

/** When each error was thrown first. */
const thrown = new WeakMap<ParleyClientError, number>();
/** React renders more than once before it shows a boundary, and may take its time: who is rendered so late was reset. */
const RETRY_AFTER_MS = 1_000;

function mayRetry(error: ParleyClientError): boolean {
  const now = Date.now();
  const since = thrown.get(error) ?? now;
  thrown.set(error, since);
  return now - since >= RETRY_AFTER_MS;
}

const loadableOf = (): Fields<Loadable, Loadable> => loadable;
/** The fields that every result has. */
export const loadable: Fields<Loadable, Loadable> = {
  status: ({ status }) => status,
  error: ({ error }) => error,
};

const waits = new WeakMap<Subscribable<Loadable>, Promise<unknown>>();

function whenLoaded(source: Subscribable<Loadable>): Promise<unknown> {
  const known = waits.get(source);
  if (known !== undefined) return known;
  const loaded = new Promise<void>((resolve) => {
    const check = () => {
      if (source.getSnapshot().status === 'loading') return;
      leave();
      resolve();
    };
    const leave = source.subscribe(check);
    check();
  }).then(() => waits.delete(source));
  waits.set(source, loaded);
  return loaded;
}
