import { describe, expect, it } from 'vitest';

import { systemClock } from './clock.ts';
import type { Company } from './company.ts';
import { TURN_MS } from './database-timeouts.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { Turns, WAITING_TURNS } from './turns.ts';

/** Work that a test ends. */
function work(name: string, log: string[]) {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return {
    end,
    run: async () => {
      log.push(name);
      await ended;
      return name;
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('are taken one at a time for a key, in order, and beside those of other keys', async () => {
    const turns = new Turns(systemClock, 2);
    const log: string[] = [];
    const [a1, a2, b1, c1] = [work('a1', log), work('a2', log), work('b1', log), work('c1', log)];
    const all = [
      turns.take('a', a1.run),
      turns.take('a', a2.run),
      turns.take('b', b1.run),
      turns.take('c', c1.run),
    ];
    expect(log).toEqual(['a1', 'b1']);
    a1.end();
    await settled();
    expect(log).toEqual(['a1', 'b1', 'c1']);
    for (const one of [a2, b1, c1]) one.end();
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'b1', 'c1']);
  });

  it('go on after one that fails', async () => {
    const turns = new Turns(systemClock, 1);
    const failed = turns.take('a', () => Promise.reject(new Error('no')));
    const next = turns.take('a', () => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });

  it('are had by companies one after the other, however soon each comes again and whoever else waits', async () => {
    const turns = new Turns(systemClock, 1);
    const log: string[] = [];
    const join = (name: string): void => turns.join(companyOf(name), { key: name, refuse: () => undefined });
    const companies = new Map<string, Company>();
    const companyOf = (name: string): Company => {
      const company = companies.get(name) ?? {
        atOnce: 1,
        fewestKeys: 1,
        open: () => ({
          add: () => true,
          async work() {
            log.push(name);
            if (log.length < 12) join(name);
            await settled();
            return [];
          },
        }),
      };
      companies.set(name, company);
      return company;
    };
    const alone = Array.from({ length: 6 }, (_, index) =>
      turns.take(`${index}`, async () => {
        log.push('alone');
        await settled();
      }),
    );
    join('a');
    join('b');
    await Promise.all(alone);
    expect(log.join(' ')).toBe('alone alone a alone b alone a alone b alone a');
  });

  it('are refused as unavailable when too many wait, and given again once they do not', async () => {
    const turns = new Turns(systemClock, 1);
    const first = work('first', []);
    const all = [turns.take('a', first.run)];
    for (let index = 0; index < WAITING_TURNS; index += 1)
      all.push(turns.take(`${index}`, () => Promise.resolve('')));
    await expect(turns.take('a', () => Promise.resolve())).rejects.toMatchObject({ reason: 'unavailable' });
    first.end();
    await Promise.all(all);
    expect(await turns.take('a', () => Promise.resolve('again'))).toBe('again');
  });

  it('are refused as unavailable after a time, and what would have been done never is', async () => {
    const clock = new ManualClock();
    const turns = new Turns(clock, 1);
    const log: string[] = [];
    const [a1, a2, a3, b1] = [work('a1', log), work('a2', log), work('a3', log), work('b1', log)];
    const first = turns.take('a', a1.run);
    const late = [turns.take('a', a2.run), turns.take('b', b1.run)];
    clock.advance(TURN_MS - 1);
    const patient = turns.take('a', a3.run);
    clock.advance(1);
    for (const one of late) await expect(one).rejects.toMatchObject({ reason: 'unavailable' });
    a1.end();
    expect(await first).toBe('a1');
    a3.end();
    expect(await patient).toBe('a3');
    clock.advance(TURN_MS);
    expect(log).toEqual(['a1', 'a3']);
  });

  it('wait no longer in all when they have been given back', async () => {
    const clock = new ManualClock();
    const turns = new Turns(clock, 1);
    const log: string[] = [];
    const [group, other] = [work('group', log), work('other', log)];
    const refused: unknown[] = [];
    const joint = { key: 'a', refuse: (error: unknown) => refused.push(error) };
    const company: Company = {
      atOnce: 1,
      fewestKeys: 1,
      open: () => ({
        add: () => true,
        async work(alone) {
          if (alone) log.push('alone');
          else await group.run();
          return alone ? [] : [joint];
        },
      }),
    };
    turns.join(company, joint);
    await settled();
    const first = turns.take('b', other.run);
    clock.advance(1_000);
    group.end();
    await settled();
    expect(log).toEqual(['group', 'other']);
    clock.advance(TURN_MS - 1_001);
    expect(refused).toEqual([]);
    clock.advance(1);
    expect(refused).toMatchObject([{ reason: 'unavailable' }]);
    other.end();
    await first;
    await settled();
    expect(log).toEqual(['group', 'other']);
    expect(await turns.take('a', () => Promise.resolve('again'))).toBe('again');
  });
});
