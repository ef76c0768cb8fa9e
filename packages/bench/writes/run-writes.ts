// The process of one way to write: it settles a database, writes, and proves what it wrote.
import { randomFrom } from '../../server/src/core/testing/random.ts';
import { serve } from '../servant.ts';
import { Sender } from './flood.ts';
import { openParleyWriter } from './parley-writer.ts';
import { openPgWriter } from './pg-writer.ts';
import { openStatementWriter, openTransactionWriter } from './prisma-writers.ts';
import { findFaults } from './proof.ts';
import { BARE_SEND, WHOLE_SEND } from './statements.ts';
import { openTown, type Place, type Room, type TownSize } from './town.ts';
import type { OpenWriter } from './writer.ts';

const WRITERS = {
  parley: openParleyWriter,
  transaction: openTransactionWriter,
  statement: openStatementWriter,
  pg: openPgWriter('whole-send', WHOLE_SEND),
  'bare-pg': openPgWriter('bare-send', BARE_SEND),
} satisfies Record<string, OpenWriter>;

export type WriterName = keyof typeof WRITERS;

export interface SettleOrder {
  place: Place;
  writer: WriterName;
  size: TownSize;
  /** Of the order of rooms. */
  seed: number;
}

/** A room's number, or any room each time. */
type Into = number | 'any';

export interface WriteApi extends Record<string, (order: never) => unknown> {
  settle(order: SettleOrder): Promise<void>;
  /** @returns sends a second, so many at once */
  flood(order: { into: Into; atOnce: number; ms: number }): Promise<number>;
  /** @returns how long each took, in milliseconds, one after the other */
  oneByOne(order: { into: Into; count: number }): Promise<number[]>;
  /** @returns what of everything that was acknowledged is not in the database as it should be */
  prove(order: object): Promise<string[]>;
}

interface Settled {
  sender: Sender;
  anyRoom: () => number;
  prove: () => Promise<string[]>;
}

let settled: Settled | undefined;

function known(): Settled {
  if (settled === undefined) throw new Error('nothing is settled');
  return settled;
}

serve<WriteApi>({
  async settle({ place, writer: name, size, seed }) {
    const town = await openTown(place, size);
    const writer = await WRITERS[name](town);
    const sender = new Sender((room, draft) => writer.send(town.rooms[room] as Room, draft));
    const random = randomFrom(seed);
    settled = {
      sender,
      anyRoom: () => Math.floor(random() * size.rooms),
      prove: () => findFaults(town, sender.acknowledged, { bare: name === 'bare-pg' }),
    };
  },
  flood: ({ into, ...load }) => known().sender.flood(rooms(into), load),
  oneByOne: ({ into, count }) => known().sender.oneByOne(rooms(into), count),
  prove: () => known().prove(),
});

const rooms = (into: Into): (() => number) => (into === 'any' ? known().anyRoom : () => into);
