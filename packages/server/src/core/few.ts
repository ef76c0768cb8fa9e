/**
 * A set of which most are empty or have one or two entries, and of which a connection has several: an array as long as it
 * is short, which costs a third of a set and nothing while it is empty. Where it is an array, a change makes another one:
 * whoever goes through it goes on with what it was.
 */
export type Few<T> = readonly T[] | ReadonlySet<T>;

/** Looked through one by one up to here. */
const SHORT = 8;

export const NONE: readonly never[] = [];

export const sizeOf = (few: Few<unknown>): number => ('size' in few ? few.size : few.length);

export const has = <T>(few: Few<T>, one: T): boolean =>
  few instanceof Set ? few.has(one) : (few as readonly T[]).includes(one);

/** The same with one more; what was given is not to be used any longer. */
export function including<T>(few: Few<T>, one: T): Few<T> {
  if (few instanceof Set) return few.add(one) as Set<T>;
  const short = few as readonly T[];
  if (short.includes(one)) return short;
  // A spread would leave room for sixteen more.
  return short.length < SHORT ? short.concat([one]) : new Set([...short, one]);
}

/** The same without one; what was given is not to be used any longer. */
export function excluding<T>(few: Few<T>, one: T): Few<T> {
  if (few instanceof Set) {
    few.delete(one);
    return few.size === 0 ? NONE : (few as Set<T>);
  }
  const short = few as readonly T[];
  const place = short.indexOf(one);
  if (place === -1) return short;
  return short.length === 1 ? NONE : short.toSpliced(place, 1);
}
