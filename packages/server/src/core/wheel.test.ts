import { afterEach, describe, expect, it } from 'vitest';

import { ManualClock } from './testing/manual-clock.ts';
import { randomFrom } from './testing/random.ts';
import { Wheel } from './wheel.ts';

const SEEDS = 20;

/** Counts its timers. */
class CountedClock extends ManualClock {
  made = 0;
  running = 0;

  override after(ms: number, call: () => void): Disposable {
    this.made += 1;
    this.running += 1;
    let isRunning = true;
    const end = () => {
      if (isRunning) this.running -= 1;
      isRunning = false;
    };
    const timer = super.after(ms, () => {
      end();
      call();
    });
    return {
      [Symbol.dispose]: () => {
        end();
        timer[Symbol.dispose]();
      },
    };
  }
}

describe('a wheel', () => {
  let seed = 0;
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(`seed ${seed}`);
  });

  it('has one timer, however many wait', () => {
    const clock = new CountedClock();
    const wheel = new Wheel(clock);
    for (let index = 0; index < 5_000; index += 1) wheel.after(30_000 + (index % 400), () => undefined);
    expect(clock.running).toBe(1);
    const before = clock.made;
    for (let index = 0; index < 5_000; index += 1) wheel.after(60_000, () => undefined)[Symbol.dispose]();
    expect(clock.made).toBe(before);
  });

  it('calls each once, never early and at most a tenth of a second late, but for those that were stopped', () => {
    for (seed = 1; seed <= SEEDS; seed += 1) {
      const random = randomFrom(seed);
      const clock = new ManualClock();
      const wheel = new Wheel(clock);
      const waits: { due: number; calls: number[]; stoppedAt: number }[] = [];
      const wait = (ms: number) => {
        const one = { due: clock.now() + ms, calls: [] as number[], stoppedAt: Infinity };
        const timer = wheel.after(ms, () => {
          one.calls.push(clock.now());
          if (random() < 0.3) wait(Math.floor(random() * 5_000));
        });
        if (random() < 0.3) {
          clock.after(Math.floor(random() * 5_000), () => {
            one.stoppedAt = clock.now();
            timer[Symbol.dispose]();
          });
        }
        waits.push(one);
      };
      for (let index = 0; index < 200; index += 1) {
        wait(Math.floor(random() * 5_000));
        clock.advance(Math.floor(random() * 50));
      }
      clock.advance(100_000);
      for (const { due, calls, stoppedAt } of waits) {
        const [least, most] = stoppedAt === Infinity ? [1, 1] : [0, stoppedAt < due ? 0 : 1];
        expect(calls.length).toBeGreaterThanOrEqual(least);
        expect(calls.length).toBeLessThanOrEqual(most);
        const [at = due] = calls;
        expect(at - due).toBeGreaterThanOrEqual(0);
        expect(at - due).toBeLessThanOrEqual(100);
      }
    }
  });

  it('does not call what another of the same turn has stopped', () => {
    const clock = new ManualClock();
    const wheel = new Wheel(clock);
    const called: string[] = [];
    wheel.after(2_000, () => {
      called.push('first');
      second[Symbol.dispose]();
    });
    const second = wheel.after(2_000, () => called.push('second'));
    clock.advance(3_000);
    expect(called).toEqual(['first']);
  });

  it('goes on with the others where one throws', () => {
    const clock = new ManualClock();
    const wheel = new Wheel(clock);
    const called: string[] = [];
    wheel.after(2_000, () => {
      throw new Error('no');
    });
    wheel.after(2_000, () => called.push('the same time'));
    wheel.after(4_000, () => called.push('later'));
    expect(() => clock.advance(3_000)).toThrow('no');
    clock.advance(3_000);
    expect(called).toEqual(['the same time', 'later']);
  });

  it('goes by the time that timers see, and not by the one that is set', () => {
    const clock = new ManualClock();
    const wheel = new Wheel(clock);
    const called: number[] = [];
    wheel.after(2_000, () => called.push(clock.elapsed()));
    clock.sleep(60_000);
    expect(called).toEqual([]);
    const begin = clock.elapsed();
    clock.advance(2_000);
    expect(called).toEqual([begin + 2_000]);
  });
});
