// What a bus promises between processes (bus.ts); each that reaches others runs this with two ends of one network.
import { beforeEach, describe, expect, it } from 'vitest';

import type { Bus } from './bus.ts';
import type { Frame } from './frame.ts';

const frame = (seq: number): Frame => ({ seq, type: 'message', body: `${seq}`, meta: '{"v":1}' });

export function describeNodes(name: string, create: () => Promise<Bus>): void {
  describe(`${name}, between two nodes`, () => {
    let here: Bus;
    let there: Bus;
    beforeEach(async () => {
      [here, there] = [await create(), await create()];
      return async () => {
        await here.close();
        await there.close();
      };
    });

    it('brings each frame once to the listeners of both, in the order of its sender', async () => {
      const [one, two, other]: Frame[][] = [[], [], []] as [Frame[], Frame[], Frame[]];
      await here.subscribe('c:1', (heard) => one?.push(heard));
      await there.subscribe('c:1', (heard) => two?.push(heard));
      await there.subscribe('c:2', (heard) => other?.push(heard));
      const sent = Array.from({ length: 100 }, (_, index) => frame(index + 1));
      for (const each of sent) here.publish('c:1', each);
      here.publish('c:2', frame(0));
      await expect.poll(() => other).toEqual([frame(0)]);
      expect([one, two]).toEqual([sent, sent]);
    });

    it('brings a frame as it was, whatever is in it', async () => {
      const heard: Frame[] = [];
      await there.subscribe('c:1', (each) => heard.push(each));
      const body = JSON.stringify({ json: 'line\nline\u2028 "quoted" \\ ' + '😀é'.repeat(10_000) });
      const sent: Frame[] = [
        { seq: null, type: 'typing', body, except: 'ana\n"x"' },
        { seq: Number.MAX_SAFE_INTEGER, type: 'message', body: '\n' },
      ];
      for (const each of sent) here.publish('c:1', each);
      await expect.poll(() => heard).toEqual(sent);
    });

    it('brings what is published after subscribe has resolved, however often one comes and goes', async () => {
      for (let round = 1; round <= 50; round += 1) {
        const heard: Frame[] = [];
        const leave = await there.subscribe('c:1', (each) => heard.push(each));
        here.publish('c:1', frame(round));
        await expect.poll(() => heard, { interval: 1 }).toEqual([frame(round)]);
        leave();
      }
    });

    it('goes on for the listeners that stay when another leaves', async () => {
      const heard: Frame[] = [];
      const [leave] = await Promise.all([
        there.subscribe('c:1', () => undefined),
        there.subscribe('c:1', (each) => heard.push(each)),
      ]);
      leave();
      leave();
      here.publish('c:1', frame(1));
      await expect.poll(() => heard).toEqual([frame(1)]);
    });

    it('is up, and says nothing of losses, while nothing is lost', async () => {
      let losses = 0;
      here.onLoss(() => (losses += 1));
      await here.subscribe('c:1', () => undefined);
      there.publish('c:1', frame(1));
      await there.close();
      expect([here.isUp, losses]).toEqual([true, 0]);
    });
  });
}
