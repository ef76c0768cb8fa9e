import fc from 'fast-check';
import superjson from 'superjson';
import { describe, expect, it } from 'vitest';

import { transformer } from './transformer.ts';

const read = (value: unknown): unknown => transformer.input.deserialize(value);

describe('the transformer of inputs', () => {
  it('reads what superjson writes', () => {
    const at = new Date();
    const inputs = [
      at,
      { at, same: at },
      [at, [new Map([['a', new Set([1n])]])]],
      { a: undefined },
      'text',
      null,
    ];
    for (const input of inputs) expect(read(superjson.serialize(input))).toEqual(input);
    // superjson writes no object with these.
    const key = fc.string().filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
    fc.assert(
      fc.property(
        fc.anything({ key, withDate: true, withMap: true, withSet: true, withBigInt: true }),
        (input) => {
          const written = superjson.serialize(input);
          expect(read(written)).toEqual(superjson.deserialize(written));
        },
      ),
    );
  });

  it('takes a missing input for none', () => {
    expect(read(undefined)).toBeUndefined();
    expect(read(null)).toBeUndefined();
  });

  it.each([
    ['no superjson', { a: 1 }],
    ['a text for a tree', { json: {}, meta: { values: 'x' } }],
    ['a text inside a tree', { json: {}, meta: { values: { a: { b: 'x' } } } }],
    ['a text for children', { json: {}, meta: { values: { a: ['Date', 'x'] } } }],
    ['paths into prototypes', { json: { a: 1 }, meta: { values: { '__proto__.x': ['Date'] } } }],
    ['a broken expression', { json: { a: 'x' }, meta: { values: { a: ['regexp'] } } }],
    [
      'too many annotations',
      { json: {}, meta: { values: Object.fromEntries(range(1_001).map((n) => [n, ['Date']])) } },
    ],
    ['too deep a tree', { json: {}, meta: { values: nested(40) } }],
    ['texts for references', { json: {}, meta: { referentialEqualities: 'x' } }],
  ])('gives what fits no schema for %s', (_, value) => {
    expect(typeof read(value)).toBe('symbol');
  });

  it('spends no time on a hostile one', () => {
    const begin = process.cpuUsage();
    for (const _ of range(1_000)) read({ json: {}, meta: { values: { a: { b: 'x' } } } });
    const { user, system } = process.cpuUsage(begin);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });
});

const range = (count: number): number[] => [...Array(count).keys()];

function nested(depth: number): unknown {
  return depth === 0 ? ['Date'] : { a: nested(depth - 1) };
}
