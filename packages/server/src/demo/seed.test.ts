import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases, type TestDatabase } from '../core/testing/databases.ts';
import { inboxTopic } from '../core/topics.ts';
import { createAuth } from '../domains/auth/create-auth.ts';
import { CHEAP_PASSWORD_COST } from '../domains/auth/passwords.ts';
import { login } from '../domains/auth/sessions.ts';
import { listConversations } from '../domains/conversations/conversations.ts';
import { createStage, type Stage } from '../domains/testing/stage.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE, type DemoName } from './people.ts';
import { seedDemo } from './seed.ts';
import { DEMO_TALKS } from './talks/all.ts';

describe.each(databases())('the demo on $kind', ({ open }) => {
  let database: TestDatabase;
  let stage: Stage;
  beforeAll(async () => {
    database = await open();
    stage = createStage(database.prisma);
    const config = { secret: 'x'.repeat(32), registration: true, passwordCost: CHEAP_PASSWORD_COST };
    Object.assign(stage.services, createAuth({ ...stage.services, config }));
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await database.close();
  });

  it('has people, talks with history and offers in every state, and is made once', async () => {
    expect(await seedDemo(stage.services)).toBe(true);
    expect(await seedDemo(stage.services)).toBe(false);
    const { user, conversation, offer } = database.prisma;
    expect(await user.count()).toBe(Object.keys(DEMO_PEOPLE).length);
    expect(await conversation.count()).toBe(DEMO_TALKS.length);
    const statuses = await offer.findMany({ distinct: ['status'], select: { status: true } });
    expect(statuses.map(({ status }) => status).toSorted()).toEqual(
      ['accepted', 'completed', 'countered', 'declined', 'expired', 'pending', 'withdrawn'].toSorted(),
    );
    const open = { status: 'pending', expiresAt: { gt: new Date() } } as const;
    expect(await offer.count({ where: open })).toBeGreaterThan(0);
  });

  it('has happened in the past, in the order in which it is told', async () => {
    const { conversation, message, offer } = database.prisma;
    const now = new Date();
    for (const { id, createdAt, activityAt } of await conversation.findMany()) {
      expect(activityAt < now).toBe(true);
      const messages = await message.findMany({ where: { conversationId: id }, orderBy: { seq: 'asc' } });
      const times = messages.map((one) => one.createdAt.getTime());
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      const offers = await offer.findMany({ where: { conversationId: id } });
      for (const one of [...messages, ...offers]) expect(one.createdAt > createdAt).toBe(true);
      for (const one of offers)
        expect(one.updatedAt >= one.createdAt && one.updatedAt <= activityAt).toBe(true);
    }
  });

  it.each(['ana', 'ben'] as const)('lets %s sign in and shows their talks', async (name) => {
    const { items } = await talksOf(name);
    expect(items).toHaveLength(DEMO_TALKS.filter(({ people }) => people.includes(name)).length);
    expect(items.every(({ lastMessage }) => lastMessage !== null)).toBe(true);
  });

  it('leaves Ana something to read, to answer and to scroll', async () => {
    const { person, items } = await talksOf('ana');
    expect(items.length).toBeGreaterThanOrEqual(10);
    const fresh = items.filter(({ unreadCount }) => unreadCount > 0);
    expect(fresh.length).toBeGreaterThanOrEqual(3);
    expect(fresh.length).toBeLessThan(items.length);
    expect(items[0]?.participants.map(({ user }) => user.username)).toContain('ben');
    expect(items.filter(({ kind }) => kind === 'group')).toHaveLength(1);
    const { offer, message } = database.prisma;
    expect(await offer.count({ where: { recipientId: person.id, status: 'pending' } })).toBeGreaterThan(1);
    const talks = await message.groupBy({ by: ['conversationId'], _count: true });
    expect(Math.max(...talks.map(({ _count }) => _count))).toBeGreaterThan(300);
  });

  it('is told again as it was made: nothing of it is missing from the log', async () => {
    const { person, items } = await talksOf('ana');
    for (const { id, headSeq } of items) {
      const room = stage.room(person, id, '0');
      await expect.poll(() => room.seen.at(-1)?.id).toBe(String(headSeq));
      await room.stop();
    }
    const topic = inboxTopic(person.id);
    const head = (await stage.services.eventLog.heads([topic])).get(topic);
    const inbox = stage.inbox(person, '0');
    await expect.poll(() => inbox.seen.at(-1)?.id).toBe(String(head));
  });

  async function talksOf(name: DemoName) {
    const session = await login(
      stage.services,
      { requestId: 'test', ip: '127.0.0.1' },
      { email: DEMO_PEOPLE[name].email, password: DEMO_PASSWORD },
    );
    return {
      person: session.user,
      ...(await listConversations(stage.services, session.user, { limit: 50 })),
    };
  }
});
