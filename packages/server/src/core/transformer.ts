import superjson, { type SuperJSONResult } from 'superjson';

import { serialise } from './serialise.ts';

/** Annotations (dates and the like) of one input. No procedure takes nearly as many. */
const ANNOTATIONS = 1_000;
const ANNOTATION_DEPTH = 32;

/**
 * superjson, tolerant of an input that is missing or broken: stock deserialising throws, and over WebSocket one bad
 * item would then fail the whole batch it came in. What comes of a broken one fits no schema. Annotations are checked
 * first: superjson overflows the stack on some, which takes milliseconds for a few bytes of anyone's.
 */
export const transformer = {
  input: {
    serialize: (value: unknown) => superjson.serialize(value),
    deserialize(value: unknown): unknown {
      if (value === undefined || value === null) return undefined;
      if (!isResult(value)) return UNREADABLE;
      try {
        return superjson.deserialize(value);
      } catch {
        return UNREADABLE;
      }
    },
  },
  output: {
    serialize: serialise,
    deserialize: (value: unknown): unknown => superjson.deserialize(value as SuperJSONResult),
  },
};

const UNREADABLE = Symbol('unreadable');

function isResult(value: unknown): value is SuperJSONResult {
  if (!isObject(value) || !('json' in value)) return false;
  const { meta } = value;
  if (meta === undefined) return true;
  if (!isObject(meta)) return false;
  const { values, referentialEqualities: same } = meta;
  const budget = { left: ANNOTATIONS };
  return (values === undefined || isTree(values, budget, 0)) && (same === undefined || isSame(same, budget));
}

interface Budget {
  left: number;
}

const spend = (budget: Budget): boolean => (budget.left -= 1) >= 0;

/** An object of trees, or `[annotation, object of trees]`. */
function isTree(tree: unknown, budget: Budget, depth: number): boolean {
  if (!isObject(tree) || depth > ANNOTATION_DEPTH || !spend(budget)) return false;
  if (!Array.isArray(tree)) return Object.values(tree).every((child) => isTree(child, budget, depth + 1));
  const [annotation, children] = tree as unknown[];
  if (typeof annotation !== 'string' && !isTexts(annotation, budget)) return false;
  return children === undefined || (!Array.isArray(children) && isTree(children, budget, depth + 1));
}

/** Paths by the path of what they equal, with those that equal the whole before them. */
function isSame(same: unknown, budget: Budget): boolean {
  if (!Array.isArray(same))
    return isObject(same) && Object.values(same).every((paths) => isTexts(paths, budget));
  const [root, others] = same as unknown[];
  return (
    isTexts(root, budget) && (others === undefined || (!Array.isArray(others) && isSame(others, budget)))
  );
}

const isTexts = (value: unknown, budget: Budget): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string' && spend(budget));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
