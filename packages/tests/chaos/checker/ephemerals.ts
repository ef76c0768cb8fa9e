/**
 * Presence and typing, which may be lost but must not stay wrong. What a fault delays on its way is not counted: for
 * typing the time while a node, a link or whoever wrote this down stood still, for presence what was told while anything
 * between nodes was down.
 */
import type { Id } from '@parley/contract';

import type { Entry, EntryOf } from '../history.ts';
import type { Ledger, ReaderRecord } from './ledger.ts';
import type { Violation } from './violation.ts';

const TYPING_MS = 6000;
/** How much later than that a reader of a loaded machine may hear of it. */
const TYPING_SLACK_MS = 3000;
/** Of one person in one room a reader is told at most once in this time, give or take what delays the first telling. */
const TYPING_REST_MS = 2000;
const TYPING_REST_SLACK_MS = 1000;
/** The grace for a reconnection, and the lease of a node that died. */
const GONE_MS = 5000 + 30_000;
const GONE_SLACK_MS = 5000;
/** What follows a fault is still its doing for so long. */
const AFTERMATH_MS = 3000;

/** Faults in which a value stands still on its way to its reader. */
const STANDSTILL = /frozen|half-open|paused|slow|herd/;

export function checkEphemerals(ledger: Ledger): Violation[] {
  const rooms = ledger.readersOf('rooms');
  const downs = new Map<string, EntryOf<'connection'>[]>();
  for (const entry of ledger.entries) {
    if (entry.kind === 'connection' && !entry.up)
      downs.set(entry.device, [...(downs.get(entry.device) ?? []), entry]);
  }
  return [
    ...rooms.flatMap((reader) => checkTyping(ledger, reader, downs.get(reader.opened.device) ?? [])),
    ...rooms.flatMap((reader) => checkTypingRest(ledger, reader, downs.get(reader.opened.device) ?? [])),
    ...rooms.flatMap((reader) => checkPresence(ledger, reader)),
    ...checkGone(ledger),
  ];
}

function checkTyping(ledger: Ledger, reader: ReaderRecord, downs: readonly Entry[]): Violation[] {
  const { opened } = reader;
  if (opened.source === 'inbox') return [];
  const { room } = opened.source;
  const writing = new Map<Id, Entry>();
  const violations: Violation[] = [];
  const stopped = (userId: Id, end: Entry) => {
    const shown = writing.get(userId);
    writing.delete(userId);
    if (shown === undefined) return;
    const signs = ledger
      .callsOf('typing')
      .filter(
        ({ begun, operation }) =>
          begun.userId === userId &&
          operation.conversationId === room &&
          operation.isTyping &&
          begun.at <= end.at,
      )
      .map((call) => ({ at: call.ended?.at ?? call.begun.at + TYPING_MS, entry: call.begun }));
    const last = signs.toSorted((a, b) => b.at - a.at)[0];
    const since = Math.max(last?.at ?? shown.at, shown.at);
    const late = standstill(ledger, since, end.at) + unwritten(ledger, since, end.at);
    if (end.at - since - late <= TYPING_MS + TYPING_SLACK_MS) return;
    const what = `${opened.reader} saw ${ledger.nameOf(userId)} write for ${end.at - since} ms after the last sign`;
    violations.push({ harm: 'wrong', what, evidence: [...(last ? [last.entry] : []), shown, end] });
  };
  const ends: Entry[] = reader.over === undefined ? [] : [reader.over];
  const moments = [...reader.values, ...downs, ...ends].toSorted((a, b) => a.at - b.at);
  for (const moment of moments) {
    if (moment.kind !== 'value') {
      // A client shows nobody writing while it is away.
      for (const userId of [...writing.keys()]) stopped(userId, moment);
      continue;
    }
    const { event } = moment;
    if (event.type === 'typing') {
      const { userId, isTyping } = event.payload;
      if (!isTyping) stopped(userId, moment);
      else if (!writing.has(userId)) writing.set(userId, moment);
    } else if (event.type === 'joined') {
      for (const { user, typing } of event.payload.participants) {
        if (!typing) stopped(user.id, moment);
        else if (!writing.has(user.id)) writing.set(user.id, moment);
      }
    }
  }
  const last = ledger.entries.at(-1);
  if (last !== undefined) for (const userId of [...writing.keys()]) stopped(userId, last);
  return violations;
}

function checkTypingRest(ledger: Ledger, { values }: ReaderRecord, downs: readonly Entry[]): Violation[] {
  const told = new Map<Id, EntryOf<'value'>>();
  return [...values, ...downs]
    .toSorted((a, b) => a.at - b.at)
    .flatMap((moment): Violation[] => {
      // Another connection is another node's to tell.
      if (moment.kind !== 'value' || moment.event.type === 'joined') told.clear();
      if (moment.kind !== 'value' || moment.event.type !== 'typing') return [];
      const { userId } = moment.event.payload;
      const before = told.get(userId);
      told.set(userId, moment);
      if (before === undefined) return [];
      const late = unwritten(ledger, before.at - TYPING_REST_MS, before.at);
      if (moment.at - before.at + late >= TYPING_REST_MS - TYPING_REST_SLACK_MS) return [];
      if (standstill(ledger, before.at - TYPING_REST_MS, moment.at) > 0) return [];
      const what = `${moment.reader} was told twice in ${moment.at - before.at} ms whether ${ledger.nameOf(userId)} writes`;
      return [{ harm: 'wrong', what, evidence: [before, moment] }];
    });
}

/** How much of a time a value may have stood still. */
function standstill(ledger: Ledger, from: number, to: number): number {
  let total = 0;
  let covered = from;
  for (const { begin, end } of faultsOf(ledger, STANDSTILL).toSorted((a, b) => a.begin - b.begin)) {
    const [start, stop] = [Math.max(begin, covered), Math.min(end, to)];
    if (stop <= start) continue;
    total += stop - start;
    covered = stop;
  }
  return total;
}

/** How much of a time nothing was written down. */
function unwritten({ standstills }: Ledger, from: number, to: number): number {
  return standstills.reduce(
    (total, { at, ms }) => total + Math.max(0, Math.min(at, to) - Math.max(at - ms, from)),
    0,
  );
}

function faultsOf(ledger: Ledger, names: RegExp): { begin: number; end: number }[] {
  const spans: { begin: number; end: number }[] = [];
  const open = new Map<string, { begin: number; end: number }>();
  for (const { fault, detail, phase, at } of ledger.faults) {
    if (!names.test(fault)) continue;
    const key = `${fault} ${detail}`;
    const span = open.get(key);
    if (phase === 'begin') {
      const begun = { begin: at, end: Infinity };
      open.set(key, begun);
      spans.push(begun);
    } else if (span !== undefined) {
      span.end = at + AFTERMATH_MS;
      open.delete(key);
    }
  }
  return spans;
}

/** Online and offline take turns for each watcher, where nothing between the nodes was disturbed. */
function checkPresence(ledger: Ledger, { opened, values }: ReaderRecord): Violation[] {
  const told = new Map<Id, EntryOf<'value'>>();
  return values.flatMap((value): Violation[] => {
    const { event } = value;
    if (event.type === 'joined') told.clear();
    if (event.type !== 'presence') return [];
    const { userId, online } = event.payload;
    const before = told.get(userId);
    told.set(userId, value);
    if (before?.event.type !== 'presence' || before.event.payload.online !== online) return [];
    const disturbed = faultsOf(ledger, /./).some(
      ({ begin, end }) => begin <= value.at && end + GONE_MS >= before.at,
    );
    if (disturbed) return [];
    const what = `${opened.reader} was told twice that ${ledger.nameOf(userId)} is ${online ? 'online' : 'offline'}`;
    return [{ harm: 'doubled', what, evidence: [before, value] }];
  });
}

/** Who has gone is not online for ever, and who is here at the end is. */
function checkGone(ledger: Ledger): Violation[] {
  const devices = new Map<Id, EntryOf<'devices'>>();
  return ledger.entries.flatMap((entry): Violation[] => {
    if (entry.kind === 'devices') devices.set(entry.userId, entry);
    if (entry.kind !== 'seen') return [];
    const since = devices.get(entry.userId);
    if (since === undefined) return [];
    const evidence = [since, entry];
    const name = ledger.nameOf(entry.userId);
    const passed = entry.at - since.at;
    if (entry.online && !since.connected && passed > GONE_MS + GONE_SLACK_MS)
      return [{ harm: 'wrong', what: `${name} is still online ${passed} ms after leaving`, evidence }];
    if (!entry.online && since.connected && entry.at >= ledger.quietAt)
      return [{ harm: 'wrong', what: `${name} is connected and not online`, evidence }];
    return [];
  });
}
