// Arithmetic on the figures of several rounds.

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/** The smallest value that at least this part of the values does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

export interface Spread {
  median: number;
  least: number;
  most: number;
}

export const spread = (values: readonly number[]): Spread => ({
  median: median(values),
  least: values.reduce((one, other) => Math.min(one, other), Infinity),
  most: values.reduce((one, other) => Math.max(one, other), -Infinity),
});
