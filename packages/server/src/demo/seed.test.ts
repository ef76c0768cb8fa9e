import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases, type TestDatabase } from '../core/testing/databases.ts';
import { createAuth } from '../domains/auth/create-auth.ts';
import { CHEAP_PASSWORD_COST } from '../domains/auth/passwords.ts';
import { login } from '../domains/auth/sessions.ts';
import { listConversations } from '../domains/conversations/conversations.ts';
import { createStage, type Stage } from '../domains/testing/stage.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE } from './people.ts';
import { seedDemo } from './seed.ts';
import { DEMO_TALKS } from './talks.ts';

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

  it('has people, talks with history and offers in many states, and is made once', async () => {
    expect(await seedDemo(stage.services)).toBe(true);
    expect(await seedDemo(stage.services)).toBe(false);
    const { user, conversation, offer } = database.prisma;
    expect(await user.count()).toBe(5);
    expect(await conversation.count()).toBe(DEMO_TALKS.length);
    const statuses = await offer.findMany({ distinct: ['status'], select: { status: true } });
    expect(statuses.map(({ status }) => status).toSorted()).toEqual(
      ['accepted', 'completed', 'countered', 'declined', 'pending', 'withdrawn'].toSorted(),
    );
  });

  it.each(['ana', 'ben'] as const)('lets %s sign in and shows their talks', async (name) => {
    const origin = { requestId: 'test', ip: '127.0.0.1' };
    const session = await login(stage.services, origin, {
      email: DEMO_PEOPLE[name].email,
      password: DEMO_PASSWORD,
    });
    const { items } = await listConversations(stage.services, session.user, { limit: 50 });
    expect(items).toHaveLength(DEMO_TALKS.filter(({ people }) => people.includes(name)).length);
    expect(items.every(({ lastMessage }) => lastMessage !== null)).toBe(true);
  });
});
