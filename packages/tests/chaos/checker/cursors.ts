/**
 * Each reader by itself: ids have no hole, never go back and never repeat; what has no place of its own carries the
 * place of the durable event before it; whoever is there at the end has come to the head.
 */
import type { Id, Seq } from '@parley/contract';

import type { EntryOf } from '../history.ts';
import { isDurable } from './durable.ts';
import type { Ledger, ReaderRecord } from './ledger.ts';
import type { Memberships } from './memberships.ts';
import type { Violation } from './violation.ts';

/** Further behind than this a reader may be told to start anew. */
const REPLAYED_EVENTS = 1000;

export function checkCursors(ledger: Ledger, memberships: Memberships): Violation[] {
  return [...ledger.readers.values()].flatMap((reader) => [
    ...checkIds(reader, memberships),
    ...checkArrival(reader, { ledger, memberships }),
  ]);
}

/** Where a reader is after its last value. */
export function placeOf({ opened, values }: ReaderRecord): Seq {
  return values.reduce((place, { id }) => Math.max(place, Number(id)), opened.from);
}

function checkIds(reader: ReaderRecord, memberships: Memberships): Violation[] {
  const violations: Violation[] = [];
  let place = reader.opened.from;
  let before: EntryOf<'value'> | undefined;
  for (const value of reader.values) {
    const evidence = [reader.opened, ...(before === undefined ? [] : [before]), value];
    const found = (violation: Omit<Violation, 'evidence'>) => violations.push({ ...violation, evidence });
    const id = Number(value.id);
    const { event } = value;
    before = value;
    if (event.type === 'reset') {
      const { reason, headSeq } = event.payload;
      if (reason !== 'too_far_behind' || headSeq - place <= REPLAYED_EVENTS)
        found({ harm: 'lost', what: `${value.reader} at ${place} was reset (${reason}, head ${headSeq})` });
      place = id;
    } else if (isDurable(event)) {
      if (id <= place) {
        const again = reader.values.find((other) => other !== value && other.id === value.id);
        const isAgain = again !== undefined && isDurable(again.event);
        found({
          harm: isAgain ? 'doubled' : 'out of order',
          what: `${value.reader} at ${place} was told ${event.type} ${id} ${isAgain ? 'again' : 'after it'}`,
        });
      } else if (id > place + 1 && isHole(reader, memberships, { after: place, before: id })) {
        found({ harm: 'lost', what: `${value.reader} went from ${place} to ${event.type} ${id}` });
      }
      place = Math.max(place, id);
    } else if (id > place && !isHole(reader, memberships, { after: place, before: id + 1 })) {
      // Who came later begins where they came, whatever place they asked for.
      place = id;
    } else if (id !== place) {
      found({
        harm: id > place ? 'lost' : 'out of order',
        what: `${value.reader} at ${place} was told ${event.type} with the id ${id}`,
      });
    }
  }
  return violations;
}

/** Whether a jump leaves out something that the reader's person was to be told. */
function isHole(
  { opened }: ReaderRecord,
  memberships: Memberships,
  { after, before }: { after: Seq; before: Seq },
): boolean {
  if (opened.source === 'inbox') return true;
  return memberships.missed(opened.source.room, opened.userId, { after, before, of: before }) !== undefined;
}

function checkArrival(
  reader: ReaderRecord,
  { ledger, memberships }: { ledger: Ledger; memberships: Memberships },
): Violation[] {
  if (ledger.quietAt === Infinity) return [];
  const { opened, over } = reader;
  const place = placeOf(reader);
  const last = reader.values.at(-1);
  const evidence = [opened, ...(last === undefined ? [] : [last]), ...(over === undefined ? [] : [over])];
  if (opened.source === 'inbox') {
    if (over?.kind === 'left') return [];
    if (over?.kind === 'ended')
      return [{ harm: 'lost', what: `${opened.reader} was ended: ${over.reason}`, evidence }];
    const heads = ledger.readersOf('inboxes').filter(({ opened: { userId } }) => userId === opened.userId);
    const furthest = heads.toSorted((a, b) => placeOf(b) - placeOf(a))[0] ?? reader;
    if (placeOf(furthest) === place) return [];
    const what = `${opened.reader} ended at ${place}, and ${furthest.opened.reader} at ${placeOf(furthest)}`;
    return [{ harm: 'lost', what, evidence: [...evidence, ...furthest.values.slice(-1)] }];
  }
  const { room } = opened.source;
  if (over?.kind === 'left') return [];
  if (over?.kind === 'ended') {
    const wasRemoved = over.reason === 'not_a_participant' && wasOut(memberships, room, opened.userId);
    if (wasRemoved) return [];
    return [{ harm: 'lost', what: `${opened.reader} was ended: ${over.reason}`, evidence }];
  }
  const head = headOf(ledger, room);
  const missed = memberships.missed(room, opened.userId, { after: place, before: head + 1, of: Infinity });
  if (missed === undefined) return [];
  const missing = ledger.at(room, missed)?.readings.slice(0, 1) ?? [];
  return [
    {
      harm: 'lost',
      what: `${opened.reader} ended at ${place}, the conversation at ${head}`,
      evidence: [...evidence, ...missing],
    },
  ];
}

function wasOut(memberships: Memberships, room: Id, userId: Id): boolean {
  const stays = memberships.stays(room, userId);
  return stays.length === 0 || stays.some(({ to }) => to !== Infinity);
}

/** The last place that anyone knows of: read, acknowledged or fetched. */
function headOf(ledger: Ledger, conversationId: Id): Seq {
  const acknowledged = ledger.callsOf('send').flatMap(({ operation, ended }) => {
    const done = operation.conversationId === conversationId && ended?.outcome.status === 'done';
    return done && ended.outcome.status === 'done' ? [ended.outcome.message?.seq ?? 0] : [];
  });
  const fetched = ledger.finals.flatMap((final) =>
    final.conversationId === conversationId ? [final.conversation.headSeq] : [],
  );
  const read = ledger.room(conversationId).at(-1)?.seq ?? 0;
  return Math.max(read, ...fetched, ...acknowledged);
}
