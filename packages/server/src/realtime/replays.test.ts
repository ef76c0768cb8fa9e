import { describe, expect, it } from 'vitest';

import type { AnyEvent } from '../core/event.ts';
import { LoggedLive } from './logged-live.ts';
import { Replays, TOLD_IN_A_TURN } from './replays.ts';

const logged = (seq: number) => LoggedLive.of({ seq, event: { type: 'message' } as AnyEvent });

describe('the replays of a node', () => {
  it('make an event once for all who are told it in one turn', async () => {
    const replays = new Replays();
    const [one, other] = [logged(1), logged(2)];
    const made = replays.outgoing(one);
    expect(replays.outgoing(one)).toBe(made);
    expect(replays.outgoing(other)).not.toBe(made);
    await new Promise((resolve) => setImmediate(resolve));
    expect(replays.outgoing(one)).not.toBe(made);
  });

  it('have so many events in a turn, and the rest in the next one', async () => {
    const replays = new Replays();
    const one = logged(1);
    for (let told = 0; told < TOLD_IN_A_TURN; told += 1) {
      expect(replays.pause).toBeUndefined();
      replays.outgoing(one);
    }
    const { pause } = replays;
    expect(pause).toBeInstanceOf(Promise);
    await pause;
    expect(replays.pause).toBeUndefined();
  });
});
