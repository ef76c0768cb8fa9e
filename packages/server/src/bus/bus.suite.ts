// What every bus promises (bus.ts); each implementation's test runs this.
import { beforeEach, describe, expect, it } from 'vitest';

import type { Bus } from './bus.ts';
import type { Frame } from './frame.ts';

const frame = (seq: number): Frame => ({ seq, type: 'message', body: `${seq}`, meta: '{"v":1}' });

export function describeBus(
  name: string,
  create: (onError: (error: unknown) => void) => Promise<Bus> | Bus,
): void {
  describe(name, () => {
    let bus: Bus;
    let errors: unknown[];
    beforeEach(async () => {
      errors = [];
      bus = await create((error) => errors.push(error));
      return () => bus.close();
    });

    it('brings a topic’s frames to every listener of it, and to no other', async () => {
      const [one, two, other]: Frame[][] = [[], [], []] as [Frame[], Frame[], Frame[]];
      await bus.subscribe('c:1', (heard) => one?.push(heard));
      await bus.subscribe('c:1', (heard) => two?.push(heard));
      await bus.subscribe('c:2', (heard) => other?.push(heard));
      bus.publish('c:1', { ...frame(1), except: 'ana' });
      bus.publish('c:1', frame(2));
      await expect
        .poll(() => [one, two])
        .toEqual([
          [{ ...frame(1), except: 'ana' }, frame(2)],
          [{ ...frame(1), except: 'ana' }, frame(2)],
        ]);
      expect(other).toEqual([]);
    });

    it('never calls a listener from within publish', async () => {
      let calls = 0;
      await bus.subscribe('c:1', () => (calls += 1));
      bus.publish('c:1', frame(1));
      expect(calls).toBe(0);
      await expect.poll(() => calls).toBe(1);
    });

    it('stops calling a listener at once when it unsubscribes, and not the others', async () => {
      const [gone, stays]: [Frame[], Frame[]] = [[], []];
      const leave = await bus.subscribe('c:1', (heard) => gone.push(heard));
      await bus.subscribe('c:1', (heard) => stays.push(heard));
      bus.publish('c:1', frame(1));
      leave();
      leave();
      await expect.poll(() => stays).toEqual([frame(1)]);
      expect(gone).toEqual([]);
    });

    it('does not call a listener that another has unsubscribed at the same frame', async () => {
      const leaves: (() => void)[] = [];
      let [calls, ended] = [0, 0];
      const leaveAll = () => {
        calls += 1;
        for (const leave of leaves) leave();
      };
      leaves.push(await bus.subscribe('c:1', leaveAll), await bus.subscribe('c:1', leaveAll));
      await bus.subscribe('c:1', () => (ended += 1));
      bus.publish('c:1', frame(1));
      await expect.poll(() => ended).toBe(1);
      expect(calls).toBe(1);
    });

    it('tells of a listener that throws, and goes on', async () => {
      const heard: Frame[] = [];
      await bus.subscribe('c:1', () => {
        throw new Error('broken listener');
      });
      await bus.subscribe('c:1', (one) => heard.push(one));
      bus.publish('c:1', frame(1));
      bus.publish('c:1', frame(2));
      await expect.poll(() => heard.length).toBe(2);
      expect(errors).toEqual([new Error('broken listener'), new Error('broken listener')]);
    });

    it('is up, and calls nobody for a loss, while nothing is lost', async () => {
      let losses = 0;
      const leave = bus.onLoss(() => (losses += 1));
      const heard: Frame[] = [];
      await bus.subscribe('c:1', (one) => heard.push(one));
      bus.publish('c:1', frame(1));
      await expect.poll(() => heard).toEqual([frame(1)]);
      leave();
      leave();
      expect([bus.isUp, losses]).toEqual([true, 0]);
    });

    it('delivers nothing after close, and bears publishing and unsubscribing', async () => {
      const heard: Frame[] = [];
      const leave = await bus.subscribe('c:1', (one) => heard.push(one));
      bus.publish('c:1', frame(1));
      await bus.close();
      bus.publish('c:1', frame(2));
      leave();
      await new Promise((resolve) => setImmediate(resolve));
      expect(heard).toEqual([]);
    });

    it('calls no other listener of a frame at which one closes it', async () => {
      let calls = 0;
      let closed: Promise<void> | undefined;
      const close = () => {
        calls += 1;
        closed ??= bus.close();
      };
      await bus.subscribe('c:1', close);
      await bus.subscribe('c:1', close);
      bus.publish('c:1', frame(1));
      await expect.poll(() => calls).toBeGreaterThan(0);
      await closed;
      expect(calls).toBe(1);
    });
  });
}
