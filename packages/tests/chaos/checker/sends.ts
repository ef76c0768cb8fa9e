/**
 * What was acknowledged is in the conversation at the place that was acknowledged, whole; what was sent again is there
 * once; nobody reads what nobody sent.
 */
import type { Id, PostedMessage } from '@parley/contract';

import type { Entry, EntryOf } from '../history.ts';
import type { Call, Ledger, Told } from './ledger.ts';
import type { Memberships } from './memberships.ts';
import type { Violation } from './violation.ts';
import { isOfBefore } from './withheld.ts';

interface Sending {
  calls: Call<'send'>[];
  readings: { told: Told; message: PostedMessage }[];
}

export function checkSends(ledger: Ledger, memberships: Memberships): Violation[] {
  const sendings = new Map<string, Sending>();
  for (const call of ledger.callsOf('send')) {
    const key = `${call.begun.userId} ${call.operation.clientId}`;
    const sending = sendings.get(key) ?? { calls: [], readings: [] };
    sendings.set(key, sending);
    sending.calls.push(call);
  }
  const violations: Violation[] = [];
  for (const conversationId of ledger.talks.keys()) {
    for (const told of ledger.room(conversationId)) {
      if (told.event.type !== 'message') continue;
      const message = told.event.payload;
      const sending = sendings.get(`${message.userId} ${message.clientId}`);
      if (sending === undefined)
        violations.push({
          harm: 'wrong',
          what: `message ${message.id} at ${told.seq} was never sent`,
          evidence: told.readings.slice(0, 1),
        });
      else sending.readings.push({ told, message });
    }
  }
  violations.push(...checkEdits(ledger, memberships));
  for (const sending of sendings.values())
    violations.push(...checkOnce(sending), ...checkPlace(ledger, sending), ...checkContent(ledger, sending));
  return violations;
}

function checkOnce({ calls, readings }: Sending): Violation[] {
  const places = new Map<string, Entry>();
  for (const { ended } of calls) {
    if (ended?.outcome.status !== 'done' || ended.outcome.message === undefined) continue;
    const { id, seq } = ended.outcome.message;
    places.set(`${id} at ${seq}`, ended);
  }
  for (const { told, message } of readings) {
    const [reading] = told.readings;
    if (reading !== undefined) places.set(`${message.id} at ${told.seq}`, reading);
  }
  if (places.size < 2) return [];
  const what = `one send (${calls[0]?.operation.clientId}) became ${[...places.keys()].join(' and ')}`;
  return [{ harm: 'doubled', what, evidence: [...calls.map(({ begun }) => begun), ...places.values()] }];
}

function checkPlace(ledger: Ledger, { calls }: Sending): Violation[] {
  for (const { begun, operation, ended } of calls) {
    if (ended?.outcome.status !== 'done' || ended.outcome.message === undefined) continue;
    const { id, seq } = ended.outcome.message;
    const told = ledger.at(operation.conversationId, seq);
    // Whether each reader has come so far is another check.
    if (told === undefined && !isReadSomewhere(ledger, operation.conversationId)) continue;
    if (told?.event.type === 'message' && told.event.payload.id === id) continue;
    const what = `message ${id}, acknowledged at ${seq}, is not there`;
    return [{ harm: 'lost', what, evidence: [begun, ended, ...(told?.readings.slice(0, 1) ?? [])] }];
  }
  return [];
}

function isReadSomewhere(ledger: Ledger, conversationId: Id): boolean {
  return ledger
    .readersOf('rooms')
    .some(
      ({ opened, over }) =>
        opened.source !== 'inbox' && opened.source.room === conversationId && over === undefined,
    );
}

/** A replayed message shows its text as it is now: as it was sent, or as someone wanted it since. */
function checkContent(ledger: Ledger, { calls, readings }: Sending): Violation[] {
  return readings.flatMap(({ told, message }) => {
    const allowed = new Set(calls.map(({ operation }) => operation.content));
    const changes = ledger
      .callsOf('edit', 'delete')
      .filter(({ operation }) => operation.messageId === message.id);
    for (const { operation } of changes) allowed.add(operation.type === 'edit' ? operation.content : '');
    return told.readings.flatMap((reading) => {
      const text = contentOf(reading);
      if (text !== undefined && allowed.has(text)) return [];
      const what = `message ${message.id} reads ${JSON.stringify(text)}, which nobody sent`;
      const asked = [...calls, ...changes].map(({ begun }) => begun);
      return [{ harm: 'wrong' as const, what, evidence: [...asked, reading] }];
    });
  });
}

function checkEdits(ledger: Ledger, memberships: Memberships): Violation[] {
  const changes = ledger.callsOf('edit', 'delete');
  return [...ledger.talks.keys()].flatMap((conversationId) =>
    ledger.room(conversationId).flatMap(({ event, readings }): Violation[] => {
      if (event.type !== 'message-edited') return [];
      const { id } = event.payload;
      const asked = changes.filter(({ operation }) => operation.messageId === id);
      const allowed = new Set(
        asked.map(({ operation }) => (operation.type === 'edit' ? operation.content : '')),
      );
      const wrong = readings
        .filter((reading) => !isOfBefore(ledger, memberships, reading))
        .find((reading) => !allowed.has(contentOf(reading) ?? '\0'));
      if (wrong === undefined) return [];
      const what = `the edited message ${id} reads ${JSON.stringify(contentOf(wrong))}, which nobody wrote`;
      return [{ harm: 'wrong', what, evidence: [...asked.map(({ begun }) => begun), wrong] }];
    }),
  );
}

function contentOf({ event }: EntryOf<'value'>): string | undefined {
  return event.type === 'message' || event.type === 'message-edited' ? event.payload.content : undefined;
}
