/** Watermarks move together: those that are set at about the same time, by whomever and wherever, are one statement. */
import { BUSY, Group, GROUPS_AT_ONCE, type GroupParts } from '../../core/group.ts';
import { Turns } from '../../core/turns.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import {
  moveDeliveredWatermark,
  moveDeliveredWatermarks,
  moveReadWatermarks,
  type DeliveredOutcome,
  type Mark,
  type ReadOutcome,
  type ReadRow,
} from './store.ts';

export type ReadGroup = Group<Mark, ReadOutcome>;
export type DeliveredGroup = Group<Mark, DeliveredOutcome>;

export interface MarkParts extends Pick<GroupParts<Mark, unknown>, 'clock' | 'metrics' | 'random' | 'turns'> {
  db: PrismaClient;
}

/** Turns of deliveries, so that a room that somebody else holds leaves some for the groups. */
const DELIVERED_TURNS = 4;

// An id has no space in it.
export const keyOf = ({ conversationId, userId }: Mark): string => `${conversationId} ${userId}`;

const common = {
  atOnce: GROUPS_AT_ONCE,
  sizeOf: () => 1,
  onceOf: keyOf,
  written: () => Promise.resolve(),
};

/** Takes turns with what else changes a room. */
export function createReadGroup({ db, ...parts }: MarkParts): ReadGroup {
  return new Group({
    ...parts,
    ...common,
    locked: 'room',
    write: async (marks, wait) => (await moveReadWatermarks(db, marks, wait)).map(outcomeOf),
    isWrite: ({ outcome }) => outcome === 'moved',
  });
}

const outcomeOf = (row: ReadRow): ReadOutcome | typeof BUSY => (row.outcome === 'busy' ? BUSY : row);

/**
 * Takes turns of its own, since it needs no room: who sends does not wait for it. A row that a send holds is passed over,
 * and waited for by itself.
 */
export function createDeliveredGroup({ db, ...parts }: Omit<MarkParts, 'turns'>): DeliveredGroup {
  return new Group({
    ...parts,
    ...common,
    turns: new Turns(parts.clock, DELIVERED_TURNS),
    locked: 'item',
    async write(marks, wait) {
      const [mark] = marks;
      if (wait && mark !== undefined) return [await moveDeliveredWatermark(db, mark)];
      const looked = await moveDeliveredWatermarks(db, marks);
      return marks.map((_, place) => looked.get(place) ?? BUSY);
    },
    isWrite: (outcome) => outcome !== 'not_moved',
  });
}
