import type { ConversationEvent } from '@parley/contract';
import { describe, expect, it } from 'vitest';

import { isParleyError } from '../core/errors.ts';
import { createTestServer } from './create-test-server.ts';

describe('createTestServer', () => {
  it('answers the calls of a real client, and tells it what others do', async () => {
    using server = createTestServer({ users: ['ana', 'ben'] });
    const { id: conversationId } = server.conversation({ participants: ['ana', 'ben'], messages: 3 });
    const ana = server.client('ana');
    const events: ConversationEvent[] = [];
    ana.trpc.conversations.events.subscribe({ conversationId }, { onData: ({ data }) => events.push(data) });
    await expect.poll(() => events).toHaveLength(1);
    await server.as('ben').messages.send({ conversationId, content: 'Hello' });
    await expect.poll(() => events.map(({ type }) => type)).toEqual(['joined', 'message']);
    const { items } = await ana.trpc.messages.list.query({ conversationId });
    expect(items.map(({ content, seq }) => [content, seq])).toEqual([
      ['Hello', 4],
      ['Message 3', 3],
      ['Message 2', 2],
      ['Message 1', 1],
    ]);
    expect(items[0]?.createdAt).toBeInstanceOf(Date);
  });

  it('signs people in, and refuses a wrong password', async () => {
    using server = createTestServer({ users: ['ana'] });
    const client = server.client();
    const wrong = { ...server.credentials('ana'), password: 'wrong' };
    const error: unknown = await client.signIn(wrong).catch((cause: unknown) => cause);
    expect(isParleyError(error, 'invalid_credentials')).toBe(true);
    await client.signIn(server.credentials('ana'));
    expect((await client.trpc.auth.me.query()).username).toBe('ana');
  });

  it('ends every session of a person who signs out everywhere, and lets them in again', async () => {
    using server = createTestServer({ users: ['ana', 'ben'] });
    const [here, there, ben] = [server.client(), server.client(), server.client('ben')];
    for (const client of [here, there]) await client.signIn(server.credentials('ana'));
    await Promise.all([there.trpc.auth.me.query(), ben.trpc.auth.me.query()]);
    expect(await here.trpc.auth.logoutEverywhere.mutate()).toEqual({ success: true });
    await expect.poll(() => there.session.getSnapshot()).toBeNull();
    expect((await ben.trpc.auth.me.query()).username).toBe('ben');
    await here.signIn(server.credentials('ana'));
    expect((await here.trpc.auth.me.query()).username).toBe('ana');
  });

  it('refuses one person the conversations of others', async () => {
    using server = createTestServer({ users: ['ana', 'ben', 'cem'] });
    const { id: conversationId } = server.conversation({ participants: ['ana', 'ben'] });
    const error: unknown = await server
      .as('cem')
      .conversations.get({ conversationId })
      .catch((cause: unknown) => cause);
    expect(isParleyError(error, 'not_a_participant')).toBe(true);
  });
});

describe('the users of a test server', () => {
  it('have the ids and the names that they were given', () => {
    using server = createTestServer({ users: ['ana', { name: 'ben', displayName: 'Ben B.' }] });
    expect(server.user('ana')).toMatchObject({ id: 'ana', username: 'ana', displayName: null });
    expect(server.user('ben')).toMatchObject({ id: 'ben', displayName: 'Ben B.' });
  });

  it('are known to the compiler', () => {
    using server = createTestServer({ users: ['ana', 'ben'] });
    // @ts-expect-error nobody is called so
    expect(() => server.as('bne')).toThrow('bne is not among the users');
    // @ts-expect-error nobody is called so
    expect(() => server.conversation({ participants: ['ana', 'bne'] })).toThrow('bne');
    // @ts-expect-error a subscription is no plain call
    expect(server.as('ana').inbox.events).toBeTypeOf('function');
  });

  it('begin with the conversations that they were given', async () => {
    using server = createTestServer({ users: ['ana', 'ben', 'cem'] });
    const group = server.conversation({ participants: ['ben', 'ana', 'cem'], title: 'Trip', messages: 250 });
    server.conversation({
      participants: ['ana', 'cem'],
      subject: 'bike',
      messages: [{ from: 'cem', content: 'Hi', createdAt: new Date(0) }],
    });
    expect(group.messages).toHaveLength(250);
    const { items } = await server.as('ana').conversations.list(undefined);
    expect(items.map(({ title, subject, unreadCount }) => [title, subject, unreadCount])).toEqual([
      ['Trip', null, 167],
      [null, 'bike', 1],
    ]);
    const owners = items[0]?.participants.filter(({ role }) => role === 'owner');
    expect(owners?.map(({ user }) => user.id)).toEqual(['ben']);
  });
});
