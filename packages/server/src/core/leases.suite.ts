// What leases promise (leases.ts) on one node; each implementation's test runs this.
import { beforeEach, describe, expect, it } from 'vitest';

import type { Leases, NodeLease } from './leases.ts';

export function describeLeases(name: string, create: () => Promise<NodeLease>): void {
  describe(name, () => {
    let people: Leases;
    let rooms: Leases;
    beforeEach(async () => {
      const lease = await create();
      people = lease.space('presence');
      rooms = lease.space('visits');
      return () => lease[Symbol.asyncDispose]();
    });

    it('hold what was entered until it is left', async () => {
      expect(await people.enter('ana')).toBe(true);
      expect(await people.enter('ben')).toBe(true);
      expect(await people.held(['ana', 'eve'])).toEqual(new Set(['ana']));
      expect((await people.all()).toSorted()).toEqual(['ana', 'ben']);
      expect(await people.leave('ana')).toBe(true);
      expect(await people.held(['ana', 'ben'])).toEqual(new Set(['ben']));
      expect(await people.held([])).toEqual(new Set());
    });

    it('do not count how often the node asks', async () => {
      expect(await people.enter('ana')).toBe(true);
      expect(await people.enter('ana')).toBe(true);
      expect(await people.leave('ana')).toBe(true);
      expect(await people.all()).toEqual([]);
      expect(await people.leave('ana')).toBe(true);
    });

    it('keep the spaces apart', async () => {
      await people.enter('ana');
      expect(await rooms.held(['ana'])).toEqual(new Set());
      await rooms.enter('ana');
      await people.leave('ana');
      expect(await rooms.all()).toEqual(['ana']);
    });
  });
}
