/** Watermarks move together: those that are set at about the same time, by whomever and wherever, are one statement. */
import { BUSY, Group, type GroupParts } from '../../core/group.ts';
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

/** As many as groups of sends. */
const GROUPS_AT_ONCE = 2;

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
    write: async (marks, wait) => (await moveReadWatermarks(db, marks, wait)).map(outcomeOf),
  });
}

const outcomeOf = (row: ReadRow): ReadOutcome | typeof BUSY => (row.outcome === 'busy' ? BUSY : row);

/** Needs no turn at a room: each person's mark there has its own. */
export function createDeliveredGroup({ db, ...parts }: Omit<MarkParts, 'turns'>): DeliveredGroup {
  return new Group({
    ...parts,
    ...common,
    turns: new Turns(parts.clock, GROUPS_AT_ONCE),
    async write(marks) {
      const [first] = marks;
      if (first !== undefined && marks.length === 1) return [await moveDeliveredWatermark(db, first)];
      const looked = await moveDeliveredWatermarks(db, marks);
      return marks.map((_, place) => looked.get(place) ?? BUSY);
    },
  });
}
