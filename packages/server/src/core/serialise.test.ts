import { ROOM_EVENTS, MessagePage, ConversationPage, SentMessage, OfferPage } from '@parley/contract/schemas';
import fc from 'fast-check';
import superjson from 'superjson';
import { describe, expect, it } from 'vitest';

import { serialise } from './serialise.ts';
import { almost, valuesOf } from './testing/schema-values.ts';

const outputs = { SentMessage, MessagePage, ConversationPage, OfferPage, joined: ROOM_EVENTS.joined.payload };
const anything = fc.anything({
  withDate: true,
  withMap: true,
  withSet: true,
  withBigInt: true,
  withNullPrototype: true,
  withSparseArray: true,
  key: fc.oneof(fc.string(), fc.constantFrom('a.b', 'a', 'b\\', '1', '0', '__proto__', 'constructor')),
});

const stringify = (value: unknown): string => JSON.stringify(serialise(value));

describe('the text of a value', () => {
  it.each(Object.entries(outputs))("is superjson's for a %s, which is not copied", (_, schema) => {
    fc.assert(
      fc.property(valuesOf(schema), (value) => {
        expect(stringify(value)).toBe(superjson.stringify(value));
        expect(serialise(value).json).toBe(value);
      }),
    );
  });

  it("is superjson's for anything", () => {
    const changed = fc.oneof(...Object.values(outputs).map((schema) => valuesOf(schema)));
    const values = fc.oneof(
      anything,
      changed.chain((value) => almost(value as object)),
    );
    fc.assert(
      fc.property(values, (value) => {
        expect(outcome(() => stringify(value))).toEqual(outcome(() => superjson.stringify(value)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is superjson's where things are there twice, or in a circle", () => {
    const at = new Date(0);
    const circle: Record<string, unknown> = { at };
    circle['self'] = [circle];
    const list = [1];
    for (const value of [
      { at, list: [{ at }] },
      { list, again: list },
      circle,
      [circle, [at, { at: new Date(1) }]],
    ])
      expect(stringify(value)).toBe(superjson.stringify(value));
  });
});

function outcome(act: () => string): unknown {
  try {
    return { text: act() };
  } catch (error) {
    return { message: (error as Error).message };
  }
}
