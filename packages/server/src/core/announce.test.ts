import { expect, describe, it } from 'vitest';

import { EmitterBus } from '../bus/emitter-bus.ts';
import type { Frame } from '../bus/frame.ts';
import { createAnnounce } from './announce.ts';
import { TOLD_AT_ONCE } from './in-slices.ts';
import { createMetrics } from './metrics.ts';
import { inboxTopic, roomTopic, type Topic } from './topics.ts';

const payload = { userId: 'ana', online: true, lastSeenAt: null };

describe('announcing to many', () => {
  async function listening(topics: readonly Topic[]) {
    const metrics = createMetrics();
    const bus = new EmitterBus((error) => expect.fail(String(error)));
    const heard: { topic: Topic; frame: Frame }[] = [];
    for (const topic of topics) await bus.subscribe(topic, (frame) => heard.push({ topic, frame }));
    return { announce: createAnnounce(bus, metrics), heard, metrics };
  }

  it('tells every room and every inbox the same, encoded once', async () => {
    const topics = [roomTopic('r1'), roomTopic('r2'), inboxTopic('ben'), inboxTopic('eve')];
    const { announce, heard, metrics } = await listening(topics);
    await announce.toRooms(['r1', 'r2'], 'presence', payload, { except: 'ana' });
    await announce.toInboxes(['ben', 'eve'], 'presence', payload);
    await expect.poll(() => heard.map(({ topic }) => topic)).toEqual(topics);
    const [first, second, third, fourth] = heard.map(({ frame }) => frame);
    expect(first).toMatchObject({ seq: null, type: 'presence', except: 'ana' });
    expect(second).toBe(first);
    expect(third).toEqual({ seq: null, type: 'presence', body: first?.body, meta: first?.meta });
    expect(fourth).toBe(third);
    const { values } = await metrics.eventsPublished.get();
    expect(values.map(({ value }) => value)).toEqual([4]);
  });

  it('lets other work come in between', async () => {
    const ids = Array.from({ length: 2 * TOLD_AT_ONCE + 1 }, (_, index) => `u${index}`);
    const { announce, heard } = await listening(ids.map(inboxTopic));
    const seen: number[] = [];
    let telling = true;
    const look = () => {
      seen.push(heard.length);
      if (telling) setImmediate(look);
    };
    setImmediate(look);
    await announce.toInboxes(ids, 'presence', payload);
    telling = false;
    await expect.poll(() => heard.length).toBe(ids.length);
    expect(seen).toContain(TOLD_AT_ONCE);
    expect(seen).toContain(2 * TOLD_AT_ONCE);
  });

  it('tells nobody where there is nobody', async () => {
    const { announce, heard } = await listening([]);
    await announce.toRooms([], 'presence', payload);
    expect(heard).toEqual([]);
  });
});
