import { describe, expect, it } from 'vitest';

import { Place } from './place.ts';

/** Gives the place values, written `id type`, and names those that it takes. */
function taken(place: Place, ...values: string[]): string[] {
  return values.filter((value) => {
    const [id = '', type] = value.split(' ');
    return place.takes(id, { id, data: { type, payload: {} } });
  });
}

describe('place', () => {
  it('takes everything of a subscription that nothing happens to', () => {
    const place = new Place();
    const values = [
      '7 joined',
      '7 presence',
      '7 typing',
      '7 typing',
      '8 message',
      '8 typing',
      '9 message',
      '9 read',
    ];
    expect(taken(place, ...values)).toEqual(values);
    expect(place.lastEventId).toBe('9');
  });

  it('drops what a line brings again', () => {
    const place = new Place();
    taken(place, '7 joined', '8 message', '9 reaction', '9 typing');
    expect(taken(place, '8 message', '8 typing', '9 reaction')).toEqual([]);
    expect(taken(place, '9 joined', '9 reaction', '9 typing', '10 reaction')).toEqual([
      '9 joined',
      '9 typing',
      '10 reaction',
    ]);
    expect(place.lastEventId).toBe('10');
  });

  it('takes every greeting, and does not go back to the id of one', () => {
    const place = new Place();
    taken(place, '7 connected', '8 new-message');
    expect(taken(place, '7 connected', '8 new-message', '8 connected', '8 connected')).toEqual([
      '7 connected',
      '8 connected',
      '8 connected',
    ]);
    expect(place.lastEventId).toBe('8');
  });

  it('goes where `reset` says, also back', () => {
    const place = new Place();
    taken(place, '70 joined', '71 message');
    expect(taken(place, '71 joined', '3 reset', '3 typing', '4 message')).toHaveLength(4);
    expect(place.lastEventId).toBe('4');
    expect(taken(place, '2000 reset', '2001 message')).toHaveLength(2);
    expect(place.lastEventId).toBe('2001');
  });
});
