import reference from 'superjson';
import { describe, expect, it } from 'vitest';

import { deserialize, serialize, type Serialized } from './superjson.ts';

const across = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

/** Numbers from 0 up to 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const KEYS = ['a', 'b.c', 'd\\', '', 'e\\.f', '0', 'ü', 'line\nbreak'];

function randomValue(random: () => number, depth: number): unknown {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const leaf = () =>
    pick<unknown>([
      null,
      undefined,
      true,
      'text',
      '',
      7,
      -0,
      NaN,
      Infinity,
      -Infinity,
      12n,
      new Date(Math.floor(random() * 1e12)),
      new URL('https://parley.test/a?b'),
      /a\/b/gi,
    ]);
  if (depth === 0 || random() < 0.3) return leaf();
  const parts = Array.from({ length: Math.floor(random() * 4) }, () => randomValue(random, depth - 1));
  return pick([
    () => parts,
    () => new Set(parts),
    () => new Map(parts.map((part, index) => [index % 2 === 0 ? KEYS[index] : leaf(), part])),
    () => Object.fromEntries(parts.map((part) => [pick(KEYS), part])),
  ])();
}

describe('the wire’s format', () => {
  it('is read and written as superjson does, whatever is in it', () => {
    const seed = Date.now() % 2 ** 31;
    const random = randomFrom(seed);
    for (let round = 0; round < 2_000; round += 1) {
      const value = randomValue(random, 4);
      const expected = { seed, round, value };
      const theirs = across(reference.serialize(value)) as unknown as Serialized;
      expect({ seed, round, value: deserialize(theirs) }).toStrictEqual(expected);
      const ours = across(serialize(value));
      expect({ seed, round, value: reference.deserialize(ours as never) }).toStrictEqual(expected);
    }
  });

  it('leaves as JSON what it does not know, and reads the rest', () => {
    const value = { error: new Error('no'), at: new Date(0), bytes: new Uint8Array([1, 2]) };
    const read = deserialize(across(reference.serialize(value)) as unknown as Serialized);
    expect(read).toEqual({ error: { name: 'Error', message: 'no' }, at: new Date(0), bytes: [1, 2] });
  });

  it('writes as JSON does what superjson leaves to it', () => {
    const value = { at: new Date(NaN), money: { toJSON: () => '12 EUR' } };
    expect(across(serialize(value))).toEqual(across(reference.serialize(value)));
  });

  it('changes nothing of a prototype', () => {
    const hostile =
      '{"json":{"a":1},"meta":{"values":{"__proto__.b":["Date"],"constructor.prototype.c":["Date"]}}}';
    expect(deserialize(JSON.parse(hostile) as Serialized)).toEqual({ a: 1 });
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect({}).not.toHaveProperty('b');
  });

  it('keeps a name that a prototype has', () => {
    const value = JSON.parse('{"__proto__":{"at":1},"a":2}') as object;
    const written = serialize(value).json as object;
    expect(Object.keys(written)).toEqual(['__proto__', 'a']);
    expect({}).not.toHaveProperty('at');
  });
});
