/**
 * Writes what comes at once in one go. What comes while a group is being written is the next one, whatever room it is
 * for; a lone item goes at once. Groups take turns with commits, so order within a room is order of arrival.
 *
 * - A group is bounded in items and in size; two items with the same `once` are in different ones.
 * - It does not wait for a room that another node, or whoever else, has locked: that room's items come back, and are
 *   written in a turn of that room alone. So a room that is held up holds up no other. Where single items are locked,
 *   one of them is waited for at a time, when the free ones are written and told.
 * - An item that the database cannot take fails alone: a group that fails for such a reason has written nothing, and is
 *   written again item by item. A lost connection fails all of it, and nothing is done again here: it may be written.
 */
import type { Company, Joint, Party } from './company.ts';
import { outageOf, stateOf } from './database-outage.ts';
import { persist, UNDONE, type PersistParts } from './persist.ts';
import type { Turns } from './turns.ts';

/** The outcome of an item that somebody else has locked, or whose room they have. Nothing of it is written. */
export const BUSY = Symbol('busy');

export interface GroupParts<Item, Outcome> extends PersistParts {
  turns: Turns;
  /** Groups that may be written at the same time. */
  atOnce: number;
  /** Size of an item, as the bound counts it. */
  sizeOf(item: Item): number;
  /** What no two items of a group have in common. */
  onceOf(item: Item): string | undefined;
  /** What somebody else may have locked: a room, with all of its items, or some of these. */
  locked: 'room' | 'item';
  /**
   * Writes all items or none, in one transaction, and returns their outcomes in their order.
   *
   * @param wait whether to wait for what is locked, which is {@link BUSY} otherwise. An item is waited for by itself.
   */
  write(items: readonly Item[], wait: boolean): Promise<(Outcome | typeof BUSY)[]>;
  /** Whether anything was written for an item. */
  isWrite(outcome: Outcome): boolean;
  /** Is told what was written before whoever asked for it is; the turn lasts until it has resolved. */
  written(outcomes: readonly Outcome[]): Promise<void>;
}

export const GROUP_ITEMS = 64;
/** More than one, so that the next is on its way while one is written; more would make them smaller. */
export const GROUPS_AT_ONCE = 2;
/** Keys that are worth a group: it costs as much to begin as some ten items to write. */
export const GROUP_KEYS = 16;
/** The sum of what {@link GroupParts.sizeOf} says; one item alone may have more. */
export const GROUP_SIZE = 262_144;

interface Member<Item, Outcome> extends Joint {
  readonly item: Item;
  readonly resolve: (outcome: Outcome) => void;
}

/** PostgreSQL's words for another's row with the same key: it was not seen, since it was written at the same time. */
const RETRIED = { ...UNDONE, '23505': 'duplicate' };

export class Group<Item, Outcome> implements Company {
  readonly atOnce: number;
  readonly fewestKeys = GROUP_KEYS;
  readonly #parts: GroupParts<Item, Outcome>;

  constructor(parts: GroupParts<Item, Outcome>) {
    this.#parts = parts;
    this.atOnce = parts.atOnce;
  }

  /**
   * Writes an item, with others if there are any.
   *
   * @throws Refusal `unavailable` when too many wait, or it has waited too long
   */
  add(key: string, item: Item): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const member: Member<Item, Outcome> = { key, item, resolve, refuse: reject };
      this.#parts.turns.join(this, member);
    });
  }

  open(): Party {
    return new GroupParty(this.#parts);
  }
}

class GroupParty<Item, Outcome> implements Party {
  readonly #parts: GroupParts<Item, Outcome>;
  readonly #members: Member<Item, Outcome>[] = [];
  readonly #once = new Set<string>();
  #size = 0;

  constructor(parts: GroupParts<Item, Outcome>) {
    this.#parts = parts;
  }

  add(member: Member<Item, Outcome>): boolean {
    const size = this.#parts.sizeOf(member.item);
    const once = this.#parts.onceOf(member.item);
    const isFull = this.#members.length >= GROUP_ITEMS || this.#size + size > GROUP_SIZE;
    if (this.#members.length > 0 && (isFull || (once !== undefined && this.#once.has(once)))) return false;
    this.#members.push(member);
    this.#size += size;
    if (once !== undefined) this.#once.add(once);
    return true;
  }

  work(alone: boolean): Promise<Member<Item, Outcome>[]> {
    const waitsForOne = alone && this.#parts.locked === 'item' && this.#members.length > 1;
    return waitsForOne ? this.#waitForOne() : this.#write(this.#members, alone);
  }

  /** The others that are locked come back: by then they may be free, and are written together. */
  async #waitForOne(): Promise<Member<Item, Outcome>[]> {
    const [first, ...others] = await this.#write(this.#members, false);
    if (first !== undefined) await this.#write([first], true);
    return others;
  }

  async #write(members: readonly Member<Item, Outcome>[], wait: boolean): Promise<Member<Item, Outcome>[]> {
    try {
      const items = members.map(({ item }) => item);
      const outcomes = await persist(() => this.#parts.write(items, wait), this.#parts, {
        isWrite: (all) => all.some((outcome) => outcome !== BUSY && this.#parts.isWrite(outcome)),
        undone: RETRIED,
      });
      return await this.#tell(members, outcomes);
    } catch (error) {
      const isUndone = stateOf(error) !== undefined && outageOf(error) === undefined;
      if (members.length > 1 && isUndone) return await this.#writeEach(members, wait);
      for (const { refuse } of members) refuse(error);
      return [];
    }
  }

  async #writeEach(
    members: readonly Member<Item, Outcome>[],
    wait: boolean,
  ): Promise<Member<Item, Outcome>[]> {
    const busy: Member<Item, Outcome>[] = [];
    for (const member of members) {
      // What comes after one of the same room stays after it.
      const isBehind = busy.some(({ key }) => key === member.key);
      busy.push(...(isBehind ? [member] : await this.#write([member], wait)));
    }
    return busy;
  }

  async #tell(
    members: readonly Member<Item, Outcome>[],
    outcomes: readonly (Outcome | typeof BUSY)[],
  ): Promise<Member<Item, Outcome>[]> {
    const busy: Member<Item, Outcome>[] = [];
    const done: [Member<Item, Outcome>, Outcome][] = [];
    members.forEach((member, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) throw new Error('a group was not answered for all of its items');
      if (outcome === BUSY) busy.push(member);
      else done.push([member, outcome]);
    });
    await this.#parts.written(done.map(([, outcome]) => outcome));
    for (const [{ resolve }, outcome] of done) resolve(outcome);
    return busy;
  }
}
