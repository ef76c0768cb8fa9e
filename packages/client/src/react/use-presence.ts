import type { Id, Presence } from '@parley/contract';
import { useMemo } from 'react';

import type { PresenceView } from '../core/domains/presence.ts';
import { NO_PRESENCE } from './nothing.ts';
import { useParley } from './provider.tsx';
import type { Fields } from './tracker.ts';
import { loadable, useSnapshot, type IsEqual, type Loadable, type Selection } from './use-snapshot.ts';

/** What {@link usePresence} gives. */
export interface PresenceResult extends Loadable {
  /** By user id, without those with whom one shares no conversation. */
  readonly presence: ReadonlyMap<Id, Presence>;
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
  const client = useParley();
  const people = JSON.stringify([...new Set(userIds)].toSorted());
  const source = useMemo(() => {
    const ids = JSON.parse(people) as Id[];
    return ids.length === 0 ? NO_PRESENCE : client.presence(ids);
  }, [client, people]);
  return useSnapshot(source, presenceOf, selection);
}

const fields: Fields<PresenceView, PresenceResult> = { ...loadable, presence: ({ presence }) => presence };
const presenceOf = () => fields;
