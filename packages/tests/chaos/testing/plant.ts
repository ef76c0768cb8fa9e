/** A clean history, and what a test needs to plant a fault in it. */
import type { ConversationEvent, InboxEvent } from '@parley/contract';

import type { Harm } from '../checker/violation.ts';
import type { Entry, EntryOf } from '../history.ts';
import { Story } from './story.ts';

/** What goes wrong, the harm and the words that it is to be found as, and how it is done to {@link tell}'s history. */
export type Planted = [name: string, harm: Harm, what: RegExp, plant: (entries: Entry[]) => void];

/** Ana, Ben and Cleo talk; Dan comes, and Cleo is put out. */
export function tell(): Entry[] {
  const story = new Story(['ana', 'ben', 'cleo'], ['dan', 'eve']);
  story.send('ana', 'one');
  story.send('ben', 'two', 2);
  for (const reader of story.readers()) story.deliver(reader);
  story.read('ben');
  story.typing('ana', true);
  story.typing('ana', false);
  const offer = story.offer('ana', 'ben');
  for (const reader of story.readers()) story.deliver(reader);
  story.answer('ben', offer.id, 'accepted');
  story.answer('ana', offer.id, 'cancelled');
  story.edit('ana', 0, 'one, edited');
  story.react('ben', 1, true);
  story.addMember('ana', 'dan');
  story.send('dan', 'three');
  story.reconnect('ben/room');
  for (const reader of story.readers()) story.deliver(reader);
  story.read('ana');
  story.read('ben');
  story.removeMember('ana', 'cleo');
  story.edit('ana', 0, 'one, edited again');
  story.delete('ben', 1);
  story.send('ana', 'four');
  story.finish();
  return story.entries.map((entry) => structuredClone(entry));
}

export type Value = EntryOf<'value'>;
export const isValue = (entry: Entry): entry is Value => entry.kind === 'value';

/** The value of a reader with an event of one type, the first unless told otherwise. */
export function valueOf(entries: readonly Entry[], reader: string, type: string, index = 0): Value {
  const found = entries
    .filter(isValue)
    .filter((value) => value.reader === reader && value.event.type === type)[index];
  if (found === undefined) throw new Error(`${reader} was not told ${type}`);
  return found;
}

export function payloadOf<Type extends (ConversationEvent | InboxEvent)['type']>(value: Value, _type: Type) {
  return value.event.payload as Extract<ConversationEvent | InboxEvent, { type: Type }>['payload'];
}

export function remove(entries: Entry[], entry: Entry): void {
  entries.splice(entries.indexOf(entry), 1);
}

export function insertAfter(entries: Entry[], entry: Entry, added: Entry): void {
  entries.splice(entries.indexOf(entry) + 1, 0, added);
}

export const lastAt = (entries: readonly Entry[]) => entries.at(-1)?.at ?? 0;
