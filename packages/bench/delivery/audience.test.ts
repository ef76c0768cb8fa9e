import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { Audience } from './audience.ts';
import { eventOf, type Hall } from './hall.ts';
import type { Protocol } from './readers/reader.ts';

const HALL: Hall = { number: 0, people: 1, perRoom: 1 };

/** One connection, and what brings it the event of its room with a seq. */
async function oneReader() {
  let hear: (frame: string) => void = () => undefined;
  const protocol: Protocol = {
    join: async (seat) => {
      hear = seat.hear;
      return { leave: async () => undefined, cut: () => undefined };
    },
    eventIn: (frame) => JSON.parse(frame) as unknown,
  };
  const audience = await Audience.join({
    url: 'http://127.0.0.1',
    protocol,
    hall: HALL,
    devices: 1,
    inbox: false,
  });
  return { audience, bring: (seq: number) => hear(JSON.stringify(eventOf(HALL, 0, seq))) };
}

describe('an audience', () => {
  it('looks at what comes in its order, also where arrivals are taken before they have been looked at', async () => {
    const { audience, bring } = await oneReader();
    const told = audience.told(3);
    audience.keepArrivals();
    bring(1);
    audience.takeArrivals();
    bring(2);
    await nextTurn();
    bring(3);
    await expect(told).resolves.toBeUndefined();
    await audience[Symbol.asyncDispose]();
  });

  it('has when each event came', async () => {
    const { audience, bring } = await oneReader();
    audience.keepArrivals();
    const told = audience.told(2);
    bring(1);
    bring(2);
    await told;
    expect(audience.takeArrivals().map(({ room, seq }) => [room, seq])).toEqual([
      [0, 1],
      [0, 2],
    ]);
    await audience[Symbol.asyncDispose]();
  });
});
