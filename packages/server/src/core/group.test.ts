import { setImmediate } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { systemClock } from './clock.ts';
import { BUSY, Group, GROUP_ITEMS, GROUP_KEYS, GROUP_SIZE } from './group.ts';
import { createMetrics } from './metrics.ts';
import { Turns, WAITING_TURNS } from './turns.ts';

interface Item {
  name: string;
  size?: number;
  once?: string;
}

/** A group whose writes a test answers: each is the names of its items, and is written when it is let go. */
class Written {
  readonly turns: Turns;
  readonly groups: string[] = [];
  readonly told: string[] = [];
  readonly #ends: ((error?: Error) => void)[] = [];
  readonly #locked = new Set<string>();
  readonly group: Group<Item, string>;

  constructor(atOnce = 1, turns = new Turns(systemClock, 4), locked: 'room' | 'item' = 'room') {
    this.turns = turns;
    this.group = new Group<Item, string>({
      atOnce,
      turns: this.turns,
      clock: systemClock,
      metrics: createMetrics(),
      random: () => 0,
      sizeOf: ({ size }) => size ?? 1,
      onceOf: ({ once }) => once,
      locked,
      write: async (items, wait) => {
        this.groups.push(items.map(({ name }) => name).join(' ') + (wait ? ' (waits)' : ''));
        await new Promise<void>((resolve, reject) =>
          this.#ends.push((error) => (error === undefined ? resolve() : reject(error))),
        );
        const isLocked = (name: string) => this.#locked.has(locked === 'room' ? (name[0] ?? '') : name);
        return items.map(({ name }) => (!wait && isLocked(name) ? BUSY : `${name}!`));
      },
      isWrite: () => true,
      written: (outcomes) => {
        this.told.push(...outcomes);
        return Promise.resolve();
      },
    });
  }

  /** Adds `a1` to the key `a`. */
  add(name: string, more: Omit<Item, 'name'> = {}): Promise<string> {
    return this.group.add(name[0] ?? '', { name, ...more });
  }

  /** Locks a key, or an item where these are locked. */
  lock(one: string): void {
    this.#locked.add(one);
  }

  free(one: string): void {
    this.#locked.delete(one);
  }

  /** Ends the oldest write that is under way, and waits until what follows has begun. */
  async end(error?: Error): Promise<void> {
    this.#ends.shift()?.(error);
    await this.begun();
  }

  async begun(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) await setImmediate();
  }
}

const differentKeys = (count: number) =>
  Array.from({ length: count }, (_, index) => String.fromCodePoint(0x400 + index));
const failed = (code: string) => Object.assign(new Error('the database says no'), { code });
/** What each is answered, or why it is not. */
const answersTo = (all: Promise<string>[]) =>
  Promise.all(all.map((one) => one.catch((error: unknown) => (error as Error).message)));

describe('a group', () => {
  it('is what has come while the one before was written, and a lone item goes at once', async () => {
    const written = new Written();
    const all = [written.add('a1')];
    await written.begun();
    expect(written.groups).toEqual(['a1']);
    all.push(...['a2', 'b1', 'a3', 'c1'].map((name) => written.add(name)));
    await written.begun();
    expect(written.groups).toEqual(['a1']);
    await written.end();
    expect(written.groups).toEqual(['a1', 'b1 c1 a2 a3']);
    await written.end();
    expect(await Promise.all(all)).toEqual(['a1!', 'a2!', 'b1!', 'a3!', 'c1!']);
    expect(written.told).toEqual(['a1!', 'b1!', 'c1!', 'a2!', 'a3!']);
  });

  it('is one of as many as may be written at once, each of other keys', async () => {
    const written = new Written(2);
    const all = [written.add('a1')];
    await written.begun();
    all.push(written.add('a2'), written.add('b1'));
    await written.begun();
    all.push(written.add('c1'));
    await written.begun();
    expect(written.groups).toEqual(['a1', 'b1']);
    await written.end();
    expect(written.groups).toEqual(['a1', 'b1', 'c1 a2']);
    await written.end();
    await written.end();
    expect(await Promise.all(all)).toHaveLength(4);
  });

  it('has its share of the keys that wait, where several may be written at once', async () => {
    const written = new Written(2);
    const keys = differentKeys(2 * GROUP_KEYS + 2);
    const all = keys.map((key) => written.add(key));
    await written.begun();
    const shares = [keys.slice(0, GROUP_KEYS + 1), keys.slice(GROUP_KEYS + 1)];
    expect(written.groups).toEqual(shares.map((share) => share.join(' ')));
    all.push(...keys.slice(0, GROUP_KEYS + 1).map((key) => written.add(key)));
    await written.end();
    expect(written.groups[2]).toBe(written.groups[0]);
    await written.end();
    await written.end();
    expect(await Promise.all(all)).toHaveLength(keys.length + GROUP_KEYS + 1);
  });

  it.each([
    ['they are few', 2 * GROUP_KEYS - 1, 4],
    ['nothing else can be written at the same time', 2 * GROUP_KEYS, 1],
  ])('has all of them where %s', async (_, count, concurrency) => {
    const written = new Written(2, new Turns(systemClock, concurrency));
    const keys = differentKeys(count);
    const all = keys.map((key) => written.add(key));
    await written.begun();
    expect(written.groups).toEqual([keys.join(' ')]);
    await written.end();
    expect(await Promise.all(all)).toHaveLength(count);
  });

  it('is bounded in items and in size, and never has the same twice', async () => {
    const written = new Written();
    const all = [written.add('a0')];
    await written.begun();
    const names = Array.from({ length: GROUP_ITEMS + 1 }, (_, index) => `a${index + 1}`);
    all.push(...names.map((name) => written.add(name)));
    await written.end();
    expect(written.groups[1]?.split(' ')).toEqual(names.slice(0, GROUP_ITEMS));
    all.push(written.add('b1', { size: GROUP_SIZE + 1 }), written.add('b2'));
    await written.end();
    expect(written.groups[2]).toBe('b1');
    all.push(written.add('c1', { once: 'x' }), written.add('c2', { once: 'x' }), written.add('c3'));
    all.push(written.add('d1'));
    await written.end();
    expect(written.groups[3]).toBe(`a${GROUP_ITEMS + 1} c1 d1 b2`);
    await written.end();
    expect(written.groups[4]).toBe('c2 c3');
    await written.end();
    expect(await Promise.all(all)).toHaveLength(GROUP_ITEMS + 8);
  });

  it('fails alone where the database cannot take one of its items', async () => {
    const written = new Written();
    const answers = answersTo(['a1', 'b1', 'c1'].map((name) => written.add(name)));
    await written.begun();
    await written.end(failed('22P05'));
    expect(written.groups).toEqual(['a1 b1 c1', 'a1']);
    await written.end();
    await written.end(failed('22P05'));
    await written.end();
    expect(await answers).toEqual(['a1!', 'the database says no', 'c1!']);
    expect(written.groups).toEqual(['a1 b1 c1', 'a1', 'b1', 'c1']);
  });

  it.each(['ECONNRESET', '57P01', '57014'])(
    'fails as a whole with %s, and nothing is done again',
    async (code) => {
      const written = new Written();
      const answers = answersTo(['a1', 'b1'].map((name) => written.add(name)));
      await written.begun();
      await written.end(failed(code));
      expect(await answers).toEqual(['the database says no', 'the database says no']);
      expect([written.groups, written.told]).toEqual([['a1 b1'], []]);
    },
  );

  it('does not wait for a key that is locked elsewhere: that has a turn alone, and keeps its order', async () => {
    const written = new Written();
    written.lock('a');
    const all = ['a1', 'b1', 'a2'].map((name) => written.add(name));
    await written.begun();
    await written.end();
    expect(await all[1]).toBe('b1!');
    expect(written.groups).toEqual(['a1 a2 b1', 'a1 a2 (waits)']);
    all.push(written.add('a3'), written.add('b2'));
    await written.begun();
    expect(written.groups[2]).toBe('b2');
    await written.end();
    await written.end();
    await written.end();
    await written.end();
    expect(await Promise.all(all)).toEqual(['a1!', 'b1!', 'a2!', 'a3!', 'b2!']);
    expect(written.told).toEqual(['b1!', 'a1!', 'a2!', 'b2!', 'a3!']);
  });

  it('waits for one of the items that are locked, when those that are free are told, and fails with it alone', async () => {
    const written = new Written(1, undefined, 'item');
    for (const name of ['a1', 'a2', 'a3']) written.lock(name);
    const answers = answersTo(['a1', 'a2', 'a3', 'a4'].map((name) => written.add(name)));
    await written.begun();
    await written.end();
    expect([written.groups, written.told]).toEqual([['a1 a2 a3 a4', 'a1 a2 a3'], ['a4!']]);
    written.free('a2');
    await written.end();
    expect([written.groups.slice(2), written.told]).toEqual([['a1 (waits)'], ['a4!', 'a2!']]);
    await written.end(failed('57014'));
    expect(written.groups.slice(3)).toEqual(['a3 (waits)']);
    await written.end();
    expect(await answers).toEqual(['the database says no', 'a2!', 'a3!', 'a4!']);
  });

  it('takes turns with what is done alone at its keys, in order of asking', async () => {
    const written = new Written();
    const log: string[] = [];
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const alone = written.turns.take('a', async () => {
      await ended;
      log.push('alone');
    });
    const all = [written.add('a1'), written.add('b1')];
    const later = written.turns.take('a', () => Promise.resolve(log.push('later')));
    all.push(written.add('a2'));
    await written.begun();
    expect(written.groups).toEqual(['b1']);
    end();
    await alone;
    await written.end();
    expect(written.groups).toEqual(['b1', 'a1']);
    expect(log).toEqual(['alone']);
    await written.end();
    await later;
    await written.begun();
    expect([written.groups.at(-1), log]).toEqual(['a2', ['alone', 'later']]);
    await written.end();
    await Promise.all(all);
  });

  it('does not wait behind everybody who has something to do alone', async () => {
    const written = new Written();
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const blocking = ['p', 'q', 'r', 's'].map((key) => written.turns.take(key, () => ended));
    const groupsThen: number[] = [];
    const alone = Array.from({ length: 100 }, (_, index) =>
      written.turns.take(`${index}`, () => Promise.resolve(groupsThen.push(written.groups.length))),
    );
    const added = written.add('a1');
    await written.begun();
    end();
    await Promise.all([...blocking, ...alone]);
    expect(groupsThen.filter((groups) => groups === 0).length).toBeLessThan(4);
    await written.end();
    expect(await added).toBe('a1!');
  });

  it('refuses as unavailable what would be too much to wait', async () => {
    const written = new Written();
    const all = Array.from({ length: WAITING_TURNS }, (_, index) => written.add(`${index % 9}`));
    await expect(written.add('a1')).rejects.toMatchObject({ reason: 'unavailable' });
    for (let group = 0; group < WAITING_TURNS / GROUP_ITEMS; group += 1) {
      await written.begun();
      await written.end();
    }
    expect(await Promise.all(all)).toHaveLength(WAITING_TURNS);
  });
});
