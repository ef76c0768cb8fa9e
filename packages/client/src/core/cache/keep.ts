/** Values that stay the same objects for as long as nothing in them changes. */

/** The one before where the next one has the same in it, one level deep. Dates are what they tell. */
export function keep<Value extends object>(before: Value | null | undefined, after: Value): Value {
  return before && isSame(before, after) ? before : after;
}

/** The same for each value of a list, found by its key, and for the list. */
export function keepEach<Value extends object>(
  before: readonly Value[],
  after: readonly Value[],
  keyOf: (value: Value) => string,
): readonly Value[] {
  const known = new Map(before.map((value) => [keyOf(value), value]));
  return keep(
    before,
    after.map((value) => keep(known.get(keyOf(value)), value)),
  );
}

/**
 * Maps a list: an item that is the same keeps its result, and the list itself if all do. Under another `context`, which
 * is what else `make` goes by, it is asked again, with the result before, for those after the place `same`. Nothing else
 * is looked at: lists are long.
 */
export function mapKept<Item, Result>(): (
  items: readonly Item[],
  context: unknown,
  make: (item: Item, before: Result | undefined) => Result,
  same?: number,
) => readonly Result[] {
  let items: readonly Item[] = [];
  let results: readonly Result[] = [];
  let known: unknown;
  return (next, context, make, same = -1) => {
    if (next === items && context === known) return results;
    // How far what was at one place is now from there: lists grow at their ends.
    let shift = 0;
    const made = next.map((item, index) => {
      if (items[index + shift] !== item) {
        const found = items.indexOf(item);
        if (found < 0) return make(item, undefined);
        shift = found - index;
      }
      const before = results[index + shift] as Result;
      return context === known || index <= same ? before : make(item, before);
    });
    items = next;
    known = context;
    return (results = keep(results, made));
  };
}

function isSame(one: object, other: object): boolean {
  // The keys of a list would be as many strings.
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isEqual(item, other[index]));
  const keys = Object.keys(one) as (keyof typeof one)[];
  return keys.length === Object.keys(other).length && keys.every((key) => isEqual(one[key], other[key]));
}

const isEqual = (one: unknown, other: unknown): boolean =>
  one === other || (one instanceof Date && other instanceof Date && +one === +other);
