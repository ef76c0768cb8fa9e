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

/** Maps a list: an item that is the same, with the same mark, keeps its result, and the list itself if all do. */
export function mapKept<Item, Result>(): (
  items: readonly Item[],
  markOf: (item: Item) => unknown,
  make: (item: Item) => Result,
) => readonly Result[] {
  let items: readonly Item[] = [];
  let marks: readonly unknown[] = [];
  let results: readonly Result[] = [];
  return (next, markOf, make) => {
    // How far what was at one place is now from there: lists grow at their ends.
    let shift = 0;
    const nextMarks = next.map(markOf);
    const nextResults = next.map((item, index) => {
      if (items[index + shift] !== item) {
        const found = items.indexOf(item);
        if (found >= 0) shift = found - index;
      }
      const at = index + shift;
      return items[at] === item && marks[at] === nextMarks[index] ? (results[at] as Result) : make(item);
    });
    items = next;
    marks = nextMarks;
    return (results = keep(results, nextResults));
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
