/** Calls that are written down: what was asked, and what came of it as far as the caller knows. */
import type { ErrorReason } from '@parley/contract';

import type { Client } from '../../harness/people.ts';
import { reasonOf } from '../../harness/reason-of.ts';
import type { Device } from '../clients/device.ts';
import type { Operation, Outcome } from '../history.ts';

/** After so long a caller gives a call up, and does not know what came of it. */
const PATIENCE_MS = 8000;
const RETRY_MS = 150;
const LONGEST_RETRY_MS = 1500;

const SIGN_IN: ReadonlySet<ErrorReason> = new Set(['token_expired', 'token_invalid', 'unauthenticated']);

let calls = 0;

/** One attempt. */
export async function ask(
  device: Device,
  operation: Operation,
  perform: (client: Client) => Promise<Extract<Outcome, { status: 'done' }>>,
): Promise<Outcome> {
  calls += 1;
  const call = calls;
  const { history, identity } = device;
  history.add({ kind: 'call', call, userId: identity.id, device: device.name, operation });
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<Outcome>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, { status: 'unknown', why: 'no answer' });
  });
  const outcome = await Promise.race([perform(device.client).catch(outcomeOf), patience]);
  clearTimeout(timer);
  history.add({ kind: 'outcome', call, outcome });
  if (outcome.status === 'refused' && SIGN_IN.has(outcome.reason)) identity.distrust();
  return outcome;
}

/** Attempts until it is done, refused for good, or `isGivenUp`. */
export async function insist(attempt: () => Promise<Outcome>, isGivenUp: () => boolean): Promise<Outcome> {
  for (let wait = RETRY_MS; ; wait = Math.min(LONGEST_RETRY_MS, wait * 1.6)) {
    const outcome = await attempt();
    const isFinal = outcome.status === 'done' || (outcome.status === 'refused' && !isPassing(outcome.reason));
    if (isFinal || isGivenUp()) return outcome;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

function isPassing(reason: ErrorReason): boolean {
  return SIGN_IN.has(reason) || reason === 'rate_limited';
}

/** A retryable refusal after a change has begun says nothing of the change. */
function outcomeOf(error: unknown): Outcome {
  const reason = reasonOf(error);
  if (reason === undefined) return { status: 'unknown', why: String(error) };
  const isUnknown = reason === 'unavailable' || reason === 'timed_out';
  return isUnknown ? { status: 'unknown', why: reason } : { status: 'refused', reason };
}
