import type { Connection, ConnectionState } from '../core/connection.ts';
import { once } from './clock.ts';
import { useParley } from './provider.tsx';
import type { Fields } from './tracker.ts';
import { useSnapshot, type IsEqual, type Selection } from './use-snapshot.ts';

/** What {@link useConnection} adds to the state. */
export interface ConnectionControl {
  /** Where it is waiting: tries again at once. */
  readonly retry: () => void;
  /** Milliseconds until the next attempt, told anew each second where it is read. Null unless it is waiting. */
  readonly retryInMs: number | null;
}

/** What {@link useConnection} gives: the state, which `state` narrows, with what goes with it. */
export type ConnectionResult = ConnectionState & ConnectionControl;

/**
 * {@link useConnection} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useConnection<Selected>(
  select: (result: ConnectionResult) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * How the connection is. While it is away, what was loaded stays, and what is sent waits.
 *
 * @example
 * function Banner() {
 *   const { state, retry, retryInMs } = useConnection();
 *   if (state !== 'waiting') return null;
 *   return <p>Again in {Math.ceil((retryInMs ?? 0) / 1000)} s <button onClick={retry}>Now</button></p>;
 * }
 */
export function useConnection(): ConnectionResult;
export function useConnection(...[select, isEqual]: Selection<ConnectionResult>): unknown {
  return useSnapshot(useParley().connection, connectionOf, [
    ({ connection }) => (select === undefined ? connection : select(connection)),
    select === undefined ? Object.is : isEqual,
  ]);
}

function connectionOf({ retry }: Connection): Fields<ConnectionState, { connection: ConnectionResult }> {
  /** What the connection of a server was like is of no interest in a browser. */
  const elsewhere: ConnectionResult = { state: 'idle', retry, retryInMs: null };
  const untimed = new WeakMap<ConnectionState, ConnectionResult>();
  return {
    connection: (state, moment) =>
      moment.isHere()
        ? once(state.state === 'waiting' ? moment.made : untimed, state, () => ({
            ...state,
            retry,
            get retryInMs() {
              return state.state === 'waiting' ? moment.left(state.retryAt) : null;
            },
          }))
        : elsewhere,
  };
}
