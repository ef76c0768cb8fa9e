import { describe, expect, it } from 'vitest';

import { placeOf } from './place.ts';

describe('the place of a subscription', () => {
  it.each([
    ['a new one, at the head', { asked: undefined, floor: 0, head: 5 }, [5, 5, false, undefined]],
    ['a new one in an empty topic', { asked: undefined, floor: 0, head: 0 }, [0, 0, false, undefined]],
    ['one that goes on', { asked: 3, floor: 0, head: 5 }, [3, 3, true, undefined]],
    ['one that has everything', { asked: 5, floor: 0, head: 5 }, [5, 5, true, undefined]],
    ['one that may not see what it asks for', { asked: 1, floor: 4, head: 5 }, [1, 4, false, undefined]],
    ['one as far behind as can be', { asked: 0, floor: 0, head: 1_000 }, [0, 0, true, undefined]],
    ['one further behind', { asked: 0, floor: 0, head: 1_001 }, [0, 1_001, false, 'too_far_behind']],
    [
      'one far behind that may see the end only',
      { asked: 0, floor: 1_500, head: 1_600 },
      [0, 1_500, false, undefined],
    ],
    ['one ahead of the log', { asked: 9, floor: 0, head: 5 }, [9, 5, false, 'unknown_position']],
    [
      'one ahead of a log that ends below its floor',
      { asked: 9, floor: 7, head: 5 },
      [9, 7, false, 'unknown_position'],
    ],
  ] as const)('of %s', (_name, asked, [firstId, cursor, resumed, reset]) => {
    expect(placeOf(asked)).toEqual({ firstId, cursor, resumed, reset });
  });
});
