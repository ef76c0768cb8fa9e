/** The history, indexed once: who read what, what was asked, and the one order of each conversation. */
import type { ConversationEvent, Id, InboxEvent, Seq } from '@parley/contract';

import type { Entry, EntryOf, Operation } from '../history.ts';
import { isDurable } from './durable.ts';
import { isBlank } from './withheld.ts';

export interface Call<Type extends Operation['type'] = Operation['type']> {
  begun: EntryOf<'call'>;
  operation: Extract<Operation, { type: Type }>;
  /** Undefined where the run ended before. */
  ended: EntryOf<'outcome'> | undefined;
}

export interface ReaderRecord {
  opened: EntryOf<'reader'>;
  values: EntryOf<'value'>[];
  /** How it ended, where it did. */
  over: EntryOf<'ended'> | EntryOf<'left'> | undefined;
}

/** A durable event of a room with its place, and every reading of it. */
export interface Told {
  seq: Seq;
  event: ConversationEvent;
  readings: EntryOf<'value'>[];
}

export class Ledger {
  readonly entries: readonly Entry[];
  readonly calls: Call[] = [];
  readonly readers = new Map<string, ReaderRecord>();
  readonly people = new Map<Id, string>();
  readonly talks = new Map<Id, EntryOf<'talk'>>();
  readonly finals: EntryOf<'final'>[] = [];
  readonly faults: EntryOf<'fault'>[] = [];
  readonly standstills: EntryOf<'stood-still'>[] = [];
  readonly quietAt: number;
  /** The first reading that says all decides what belongs to a place; the others are compared with it. */
  readonly #rooms = new Map<Id, Map<Seq, Told>>();
  readonly #offers = new Map<string, Seq>();

  constructor(entries: readonly Entry[]) {
    this.entries = entries;
    let quietAt = Infinity;
    const calls = new Map<number, Call>();
    for (const entry of entries) {
      switch (entry.kind) {
        case 'person':
          this.people.set(entry.userId, entry.name);
          break;
        case 'talk':
          this.talks.set(entry.conversationId, entry);
          break;
        case 'call': {
          const call: Call = { begun: entry, operation: entry.operation, ended: undefined };
          calls.set(entry.call, call);
          this.calls.push(call);
          break;
        }
        case 'outcome': {
          const call = calls.get(entry.call);
          if (call !== undefined) call.ended = entry;
          break;
        }
        case 'reader':
          this.readers.set(entry.reader, { opened: entry, values: [], over: undefined });
          break;
        case 'value':
          this.#read(entry);
          break;
        case 'ended':
        case 'left': {
          const reader = this.readers.get(entry.reader);
          if (reader !== undefined) reader.over ??= entry;
          break;
        }
        case 'fault':
          this.faults.push(entry);
          break;
        case 'stood-still':
          this.standstills.push(entry);
          break;
        case 'final':
          this.finals.push(entry);
          break;
        case 'quiet':
          quietAt = entry.at;
          break;
        case 'connection':
        case 'interrupted':
        case 'devices':
        case 'seen':
          break;
      }
    }
    this.quietAt = quietAt;
  }

  callsOf<Type extends Operation['type']>(...types: Type[]): Call<Type>[] {
    const asked: ReadonlySet<string> = new Set(types);
    return this.calls.filter(({ operation }) => asked.has(operation.type)) as unknown as Call<Type>[];
  }

  /** What readers have told of a room, in its order. */
  room(conversationId: Id): Told[] {
    return [...(this.#rooms.get(conversationId)?.values() ?? [])].toSorted((a, b) => a.seq - b.seq);
  }

  at(conversationId: Id, seq: Seq): Told | undefined {
    return this.#rooms.get(conversationId)?.get(seq);
  }

  /** The place at which an offer was made. */
  offerMadeAt(conversationId: Id, offerId: Id): Seq | undefined {
    return this.#offers.get(`${conversationId} ${offerId}`);
  }

  readersOf(source: 'rooms' | 'inboxes'): ReaderRecord[] {
    return [...this.readers.values()].filter(
      ({ opened }) => (opened.source === 'inbox') === (source === 'inboxes'),
    );
  }

  nameOf(userId: Id): string {
    return this.people.get(userId) ?? userId;
  }

  #read(value: EntryOf<'value'>): void {
    const reader = this.readers.get(value.reader);
    if (reader === undefined) return;
    reader.values.push(value);
    const { source } = reader.opened;
    if (source === 'inbox' || !isDurable(value.event)) return;
    const room = this.#rooms.get(source.room) ?? new Map<Seq, Told>();
    this.#rooms.set(source.room, room);
    const seq = Number(value.id);
    const event = value.event as ConversationEvent;
    if (event.type === 'offer-created') this.#offers.set(`${source.room} ${event.payload.offerId}`, seq);
    const told = room.get(seq);
    if (told === undefined) {
      room.set(seq, { seq, event, readings: [value] });
      return;
    }
    told.readings.push(value);
    if (isBlank(told.event)) told.event = event;
  }
}

export type AnyEvent = ConversationEvent | InboxEvent;
