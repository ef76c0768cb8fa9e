import { describe, expect, it } from 'vitest';

import { again, readOrder } from './order.ts';

describe('an order of chaos', () => {
  it('is a minute on three nodes unless told', () => {
    expect(readOrder([])).toMatchObject({ seconds: 60, nodes: 3, database: 'postgres' });
    expect(readOrder(['--minutes', '0.5', '--embedded'])).toMatchObject({
      seconds: 30,
      nodes: 1,
      database: 'embedded',
    });
  });

  it.each([
    ['--seconds', '20', '--seed', '7', '--nodes', '2'],
    ['--seconds', '1.5', '--seed', '0', '--embedded'],
  ])('can be given again: %s %s %s %s %s', (...args) => {
    const order = readOrder(args);
    if (order === 'help') throw new Error('nobody asked for help');
    expect(readOrder(again(order).split(' ').slice(2))).toEqual(order);
  });
});
