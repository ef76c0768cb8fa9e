/** `now`, with what is the same as before in its place; `before` itself where all of it is. */
export function kept<Item>(
  before: readonly Item[] | undefined,
  now: readonly Item[],
  isSame: (one: Item, other: Item) => boolean = Object.is,
): readonly Item[] {
  if (before === undefined) return now;
  const items = now.map((item, i) => (i < before.length && isSame(before[i]!, item) ? before[i]! : item));
  return items.length === before.length && items.every((item, i) => item === before[i]) ? before : items;
}

/** Whether two values are the same, or lists or plain objects with the same items or fields. */
export function isAlike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isPlain(one) || !isPlain(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && Object.is(one[key], other[key]))
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype;
}
