import type { Id, Presence } from '@parley/contract';
import { useMemo } from 'react';

import type { PresenceView } from '../core/domains/presence.ts';
import type { Subscribable } from '../core/subscribable.ts';
import { NO_PRESENCE, NOBODY } from './nothing.ts';
import { useParley } from './provider.tsx';
import type { Fields } from './tracker.ts';
import {
  loadable,
  useReadySnapshot,
  useSnapshot,
  type IsEqual,
  type Loadable,
  type Selection,
} from './use-snapshot.ts';

/** What {@link usePresence} gives. */
export interface PresenceResult extends Loadable {
  /** By user id, without those with whom one shares no conversation. */
  readonly presence: ReadonlyMap<Id, Presence>;
}

/** What {@link useSuspensePresence} gives. */
export interface ReadyPresence extends PresenceResult {
  readonly status: 'ready';
  readonly error: null;
}

/**
 * {@link usePresence} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function usePresence<Selected>(
  userIds: readonly Id[] | undefined,
  select: (result: PresenceResult) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * Who is there, of some people, live.
 *
 * @param userIds a new list with the same people is the same; without one nobody is followed, and `status` is `idle`
 * @example
 * function Dot({ userId }: { userId: string }) {
 *   const isOnline = usePresence([userId], ({ presence }) => presence.get(userId)?.online);
 *   return isOnline === true && <span title="online" />;
 * }
 */
export function usePresence(userIds: readonly Id[] | undefined): PresenceResult;
export function usePresence(
  userIds: readonly Id[] | undefined,
  ...selection: Selection<PresenceResult>
): unknown {
  return useSnapshot(usePeople(userIds, NO_PRESENCE), presenceOf, selection);
}

/**
 * {@link useSuspensePresence} with a selector: renders again only when what it gives changes, that is, its fields or items
 * unless `isEqual` says otherwise.
 */
export function useSuspensePresence<Selected>(
  userIds: readonly Id[],
  select: (result: ReadyPresence) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * {@link usePresence} for a component below `<Suspense>` and an error boundary.
 *
 * @example
 * function Online({ userIds }: { userIds: string[] }) {
 *   const { presence } = useSuspensePresence(userIds);
 *   return <p>{[...presence.values()].filter(({ online }) => online).length} online</p>;
 * }
 */
export function useSuspensePresence(userIds: readonly Id[]): ReadyPresence;
export function useSuspensePresence(userIds: readonly Id[], ...selection: Selection<ReadyPresence>): unknown {
  return useReadySnapshot(usePeople(userIds, NOBODY), presenceOf, selection);
}

/** @param none what there is where there are no people */
function usePeople(
  userIds: readonly Id[] | undefined,
  none: Subscribable<PresenceView>,
): Subscribable<PresenceView> {
  const client = useParley();
  const people = JSON.stringify([...new Set(userIds)].toSorted());
  return useMemo(() => {
    const ids = JSON.parse(people) as Id[];
    return ids.length === 0 ? none : client.presence(ids);
  }, [client, people, none]);
}

const fields: Fields<PresenceView, PresenceResult> = { ...loadable, presence: ({ presence }) => presence };
const presenceOf = () => fields;
