import type { ClientId } from '@parley/contract';
import { useMemo } from 'react';

import type { LiveClient } from '../core/live-client.ts';
import type { Outgoing } from '../core/outbox/entry.ts';
import { useParley } from './provider.tsx';
import type { Fields } from './tracker.ts';
import { useSnapshot, type IsEqual, type Loadable, type Selection } from './use-snapshot.ts';

/** What {@link useOutbox} gives. */
export interface OutboxResult extends Loadable {
  readonly status: 'ready';
  /** Messages that the server does not have yet, of all conversations, the first first. */
  readonly outgoing: readonly Outgoing[];
  /** Sends a `failed` message again. */
  readonly retry: (clientId: ClientId) => void;
  /** Forgets a message. */
  readonly discard: (clientId: ClientId) => void;
}

/**
 * {@link useOutbox} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useOutbox<Selected>(
  select: (result: OutboxResult) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * What is on its way to the server, of all conversations. `error` is that of the first message that failed. It is always
 * `ready`, below `<Suspense>` too.
 *
 * @example
 * function Waiting() {
 *   const count = useOutbox(({ outgoing }) => outgoing.length);
 *   return count > 0 && <p>{count} messages wait for the connection</p>;
 * }
 */
export function useOutbox(): OutboxResult;
export function useOutbox(...selection: Selection<OutboxResult>): unknown {
  const client = useParley();
  const outboxOf = useMemo(() => fieldsOf(client), [client]);
  return useSnapshot(client.outbox, outboxOf, selection);
}

function fieldsOf(client: LiveClient): () => Fields<readonly Outgoing[], OutboxResult> {
  const call = (verb: 'retry' | 'discard') => (clientId: ClientId) => {
    const entry = client.outbox.getSnapshot().find((it) => it.clientId === clientId);
    if (entry !== undefined) client.conversation(entry.conversationId)[verb](clientId);
  };
  const retry = call('retry');
  const discard = call('discard');
  return () => ({
    status: () => 'ready',
    error: (outgoing) => outgoing.find(({ error }) => error !== null)?.error ?? null,
    outgoing: (outgoing) => outgoing,
    retry: () => retry,
    discard: () => discard,
  });
}
