import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { countQueries } from '../../core/testing/count-queries.ts';
import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { ManualClock } from '../../core/testing/manual-clock.ts';
import { createConversation } from '../conversations/conversations.ts';
import { sendMessage } from '../messages/messages.ts';
import { createStage, type Stage } from '../testing/stage.ts';

const READERS = 500;
const PEOPLE = 25;
const MISSED = 50;

describe.each(databases())('a room on $kind', ({ open }) => {
  let database: TestDatabase;
  let stage: Stage;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await database.clear();
    // No head is checked meanwhile.
    stage = createStage(database.prisma, { clock: new ManualClock() });
    return () => stage[Symbol.asyncDispose]();
  });
  afterAll(() => database.close());

  it('costs the same few queries, however many come back to it at once', async () => {
    const { services } = stage;
    const ana = await stage.person('ana');
    const others = await Promise.all(Array.from({ length: PEOPLE }, () => stage.person('other')));
    const participantIds = others.map(({ id }) => id);
    const { id } = await createConversation(services, ana, { participantIds, title: 'Crowd' });
    for (let index = 1; index <= 2 * MISSED; index += 1) {
      await sendMessage(services, ana, { conversationId: id, content: `${index}`, attachments: [] });
    }
    using asked = countQueries();
    const expected = Array.from({ length: MISSED }, (_, index) => MISSED + index + 1);

    const comeBack = async (readers: number) => {
      const before = asked.count;
      const watches = Array.from({ length: readers }, (_, index) =>
        stage.room(others[index % PEOPLE] ?? ana, id, `${MISSED}`),
      );
      await vi.waitFor(
        () => {
          for (const { seen } of watches) {
            const messages = seen.filter(({ event }) => event.type === 'message');
            expect(messages.map((one) => Number(one.id))).toEqual(expected);
          }
        },
        { timeout: 20_000, interval: 100 },
      );
      const cost = asked.count - before;
      await Promise.all(watches.map((watch) => watch.stop()));
      return cost;
    };
    const alone = await comeBack(1);
    const together = await comeBack(READERS);
    expect(alone).toBeGreaterThan(0);
    expect(together).toBeLessThanOrEqual(10);
    expect(together).toBe(alone);
  });
});
