import { validate, version } from 'uuid';
import { expect, it } from 'vitest';

import { createNewId } from './new-id.ts';

it('ids are UUIDv7s, each greater than the one before whatever the clock says', () => {
  // With a field of its own, as those have that a server runs by.
  const clock = {
    time: Date.UTC(2026, 0, 1),
    now() {
      return this.time;
    },
  };
  const newId = createNewId(clock);
  const ids = [0, 1, -5, 5].flatMap((step) => {
    clock.time += step;
    return Array.from({ length: 500 }, newId);
  });
  expect(ids.filter((id) => !validate(id) || version(id) !== 7)).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(ids.toSorted());
  expect(ids.at(-1)?.replace('-', '').slice(0, 12)).toBe(clock.time.toString(16).padStart(12, '0'));
});
