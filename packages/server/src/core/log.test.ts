import { expect, it } from 'vitest';

import { createConversation } from '../domains/conversations/conversations.ts';
import { sendMessage } from '../domains/messages/messages.ts';
import { describeStage } from '../domains/testing/describe-stage.ts';
import { countQueries } from './testing/count-queries.ts';
import { inboxTopic, roomTopic, type Topic } from './topics.ts';

const ROOMS = 5;
const EACH = 4;

describeStage('the log', (stage) => {
  const talks = async () => {
    const { services } = stage;
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const ids: string[] = [];
    for (let index = 0; index < ROOMS; index += 1) {
      const about = { participantIds: [ben.id], subject: `${index}` };
      const { id: conversationId } = await createConversation(services, ana, about);
      ids.push(conversationId);
      for (let count = 0; count < EACH; count += 1)
        await sendMessage(services, ana, { conversationId, content: `${index} ${count}`, attachments: [] });
    }
    return { rooms: ids.map((id) => roomTopic(id)), inbox: inboxTopic(ben.id) };
  };

  it('gives pages of many topics, and several of one, by the same few queries as one', async () => {
    const { eventLog } = stage.services;
    const { rooms, inbox } = await talks();
    const places: [Topic, number, number][] = [
      ...rooms.map((room): [Topic, number, number] => [room, 0, 200]),
      ...[1, 2, 3].map((after): [Topic, number, number] => [rooms[0] ?? inbox, after, 2]),
      [inbox, 0, 200],
      [inbox, 5, 3],
    ];
    const alone = [];
    for (const place of places) alone.push(await eventLog.read(...place));
    expect(alone.map((page) => page.length)).toEqual([
      ...rooms.map(() => EACH),
      2,
      2,
      1,
      ROOMS * (EACH + 1),
      3,
    ]);
    using asked = countQueries();
    const together = await Promise.all(places.map((place) => eventLog.read(...place)));
    expect(together).toEqual(alone);
    // Entries, messages and whose they are, reactions, titles; and for each page of an inbox what may be read of it.
    expect(asked.count).toBeLessThanOrEqual(5 + 2);
  });

  it('names the heads of those topics that have moved, and of no other', async () => {
    const { eventLog } = stage.services;
    const { rooms, inbox } = await talks();
    const [first, second] = rooms as [Topic, Topic];
    const heads = new Map<Topic, number>([
      [first, EACH],
      [second, EACH - 1],
      [inbox, 0],
      ['c:of nobody', 0],
    ]);
    const moved = await eventLog.moved(heads);
    expect(moved).toEqual(await eventLog.heads([second, inbox]));
    expect(moved.get(second)).toBe(EACH);
  });

  it('fails for the topic alone that it has a hole in', async () => {
    const { db, eventLog } = stage.services;
    const [broken, ...others] = (await talks()).rooms as [Topic, ...Topic[]];
    await db.logEntry.deleteMany({ where: { topic: broken, seq: 2 } });
    const pages = await Promise.allSettled([broken, ...others].map((topic) => eventLog.read(topic, 0, 200)));
    expect(pages.map(({ status }) => status)).toEqual(['rejected', ...others.map(() => 'fulfilled')]);
  });
});
