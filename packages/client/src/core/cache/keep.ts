/** Results that stay the same objects for as long as what they are made of does. */

/** The result of the last call, while the arguments are the same. */
export function memo<Arguments extends readonly unknown[], Result>(
  make: (...from: Arguments) => Result,
): (...from: Arguments) => Result {
  let last: { readonly from: Arguments; readonly result: Result } | undefined;
  return (...from) => {
    if (last === undefined || !isSame(last.from, from)) last = { from, result: make(...from) };
    return last.result;
  };
}

/**
 * The result before where nothing in it has changed, one level deep: a list or an object whose parts are kept already.
 */
export function keep<Value extends object>(before: Value | undefined, after: Value): Value {
  return before !== undefined && isSame(before, after) ? before : after;
}

/** Maps a list: an item that is the same, with the same mark, keeps its result, and the list itself if all do. */
export function mapKept<Item, Mark, Result>(
  make: (item: Item, mark: Mark) => Result,
): (items: readonly Item[], markOf: (item: Item) => Mark) => readonly Result[] {
  let items: readonly Item[] = [];
  let marks: readonly Mark[] = [];
  let results: readonly Result[] = [];
  return (next, markOf) => {
    // How far what was at one place is now from there: lists grow at their ends.
    let shift = 0;
    const nextMarks = next.map(markOf);
    const nextResults = next.map((item, index) => {
      if (items[index + shift] !== item) {
        const found = items.indexOf(item);
        if (found >= 0) shift = found - index;
      }
      const mark = nextMarks[index] as Mark;
      const at = index + shift;
      return items[at] === item && marks[at] === mark ? (results[at] as Result) : make(item, mark);
    });
    items = next;
    marks = nextMarks;
    return (results = keep(results, nextResults));
  };
}

/** Gives those of the values before that have nothing changed in them, found by their key. */
export function keepEach<Value extends object>(
  keyOf: (value: Value) => string,
): (values: readonly Value[]) => readonly Value[] {
  let before: readonly Value[] = [];
  return (values) => {
    const known = new Map(before.map((value) => [keyOf(value), value]));
    return (before = keep(
      before,
      values.map((value) => keep(known.get(keyOf(value)), value)),
    ));
  };
}

function isSame(one: object, other: object): boolean {
  // The keys of a list would be as many strings.
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => Object.is(item, other[index]));
  const keys = Object.keys(one) as (keyof typeof one)[];
  return keys.length === Object.keys(other).length && keys.every((key) => Object.is(one[key], other[key]));
}
