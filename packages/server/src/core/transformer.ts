import superjson, { type SuperJSONResult } from 'superjson';

/**
 * superjson, tolerant of a missing input: stock deserialising throws on one,
 * and over WebSocket one bad item would then fail the whole batch it came in.
 */
export const transformer = {
  input: {
    serialize: (value: unknown) => superjson.serialize(value),
    deserialize: (value: unknown): unknown => (isResult(value) ? superjson.deserialize(value) : undefined),
  },
  output: {
    serialize: (value: unknown) => superjson.serialize(value),
    deserialize: (value: unknown): unknown => superjson.deserialize(value as SuperJSONResult),
  },
};

function isResult(value: unknown): value is SuperJSONResult {
  return typeof value === 'object' && value !== null && 'json' in value;
}
