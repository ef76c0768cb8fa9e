import { isDurable } from './durable.ts';
import type { Call, Ledger } from './ledger.ts';
import type { Violation } from './violation.ts';

/** What the table at the end says. */
export interface Tally {
  /** By kind. */
  faults: ReadonlyMap<string, number>;
  acknowledged: number;
  unknown: number;
  /** Messages of such attempts, by whether anybody has seen them in the end. */
  resolved: { sent: number; notSent: number };
  deliveries: number;
  lost: number;
  doubled: number;
  outOfOrder: number;
  other: number;
  /** The longest that an acknowledged message took to reach someone who was waiting for it. */
  longest: { ms: number; device: string };
}

export function tally(ledger: Ledger, violations: readonly Violation[]): Tally {
  const faults = new Map<string, number>();
  for (const { fault, phase } of ledger.faults)
    if (phase === 'begin') faults.set(fault, (faults.get(fault) ?? 0) + 1);
  const sends = ledger.callsOf('send');
  const harms = (harm: Violation['harm']) => violations.filter((one) => one.harm === harm).length;
  const readers = [...ledger.readers.values()];
  return {
    faults,
    acknowledged: sends.filter(({ ended }) => ended?.outcome.status === 'done').length,
    unknown: sends.filter(isUnknown).length,
    resolved: resolvedOf(ledger),
    deliveries: readers.reduce(
      (sum, { values }) => sum + values.filter(({ event }) => isDurable(event)).length,
      0,
    ),
    lost: harms('lost'),
    doubled: harms('doubled'),
    outOfOrder: harms('out of order'),
    other: harms('leaked') + harms('wrong'),
    longest: longestOf(ledger),
  };
}

function isUnknown({ ended }: Call<'send'>): boolean {
  return ended === undefined || ended.outcome.status === 'unknown';
}

function resolvedOf(ledger: Ledger): Tally['resolved'] {
  const there = new Set<string>();
  for (const conversationId of ledger.talks.keys())
    for (const { event } of ledger.room(conversationId))
      if (event.type === 'message') there.add(`${event.payload.userId} ${event.payload.clientId}`);
  for (const { messages } of ledger.finals)
    for (const { userId, clientId } of messages) there.add(`${userId} ${clientId}`);
  const unsure = new Set(
    ledger
      .callsOf('send')
      .filter(isUnknown)
      .map(({ begun, operation }) => `${begun.userId} ${operation.clientId}`),
  );
  const sent = [...unsure].filter((key) => there.has(key)).length;
  return { sent, notSent: unsure.size - sent };
}

function longestOf(ledger: Ledger): Tally['longest'] {
  const acknowledgedAt = new Map<string, number>();
  for (const { ended } of ledger.callsOf('send'))
    if (ended?.outcome.status === 'done' && ended.outcome.message !== undefined) {
      const { id } = ended.outcome.message;
      if (!acknowledgedAt.has(id)) acknowledgedAt.set(id, ended.at);
    }
  let longest = { ms: 0, device: 'nobody' };
  for (const { opened, values } of ledger.readersOf('rooms')) {
    for (const { event, at } of values) {
      if (event.type !== 'message') continue;
      const sentAt = acknowledgedAt.get(event.payload.id);
      if (sentAt === undefined || sentAt < opened.at || at - sentAt <= longest.ms) continue;
      longest = { ms: at - sentAt, device: opened.device };
    }
  }
  return longest;
}
