import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';

import { ManualClock } from '../core/testing/manual-clock.ts';
import { oneDatabase } from '../core/testing/one-database.ts';
import { metricsOf, openEdge, SECRET, until } from './testing/edge.ts';
import { EventStream } from './testing/event-stream.ts';
import { EVENTS, send } from './testing/wire.ts';

const database = oneDatabase();

describe('server-sent events', () => {
  it('deliver a room, and resume after the id that the client saw', async () => {
    await using edge = await openEdge(database);
    const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
    const conversationId = await edge.conversation(ana, ben);
    const say = (content: string) => edge.call(ben, 'mutation', 'messages.send', { conversationId, content });

    await using first = await EventStream.open(edge, ana, 'conversations.events', {
      input: { conversationId },
    });
    await first.next(({ data }) => typeOf(data) === 'joined');
    expect((await edge.parley.getActiveUsers()).includes(ana.id)).toBe(true);
    await say('one');
    const seen = await first.next(({ data }) => typeOf(data) === 'message');
    await first[Symbol.asyncDispose]();
    await say('two');
    await say('three');

    for (const resumption of [
      { headers: { 'last-event-id': seen.id } },
      { query: `&lastEventId=${seen.id}` },
    ]) {
      await using again = await EventStream.open(edge, ana, 'conversations.events', {
        input: { conversationId },
        ...resumption,
      });
      await again.next(({ data }) => contentOf(data) === 'three');
      expect(again.events.map(({ data }) => contentOf(data)).filter(Boolean)).toEqual(['two', 'three']);
    }
    await until(async () => !(await edge.parley.isUserOnline(ana.id)));
  });

  it('end with token_expired when the token does', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, { clock });
    const ana = await edge.person('ana');
    const token = jwt.sign({ exp: clock.now() / 1_000 + 2 }, SECRET, { subject: ana.id });
    await using stream = await EventStream.open(edge, { ...ana, token }, 'inbox.events');
    await stream.next(({ data }) => typeOf(data) === 'connected');
    clock.advance(2_000);
    const error = await stream.next(({ event }) => event === 'serialized-error');
    expect(error.data).toContain('token_expired');
    await stream.ended;
  });

  it('end when their person is disabled', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    await using stream = await EventStream.open(edge, ana, 'inbox.events');
    await stream.next(({ data }) => typeOf(data) === 'connected');
    await edge.parley.disableUser(ana.id);
    expect((await stream.next(({ event }) => event === 'serialized-error')).data).toContain('user_disabled');
    await stream.ended;
  });

  it('end, to come again, when the server stops', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    await using stream = await EventStream.open(edge, ana, 'inbox.events');
    await stream.next(({ data }) => typeOf(data) === 'connected');
    await edge.parley.close();
    expect((await stream.next(({ event }) => event === 'serialized-error')).data).toContain(
      'SERVICE_UNAVAILABLE',
    );
    await stream.ended;
  });

  it('count among the connections of their person', async () => {
    await using edge = await openEdge(database, { edgeLimits: { connectionsPerUser: 1 } });
    const ana = await edge.person('ana');
    await using stream = await EventStream.open(edge, ana, 'inbox.events');
    await stream.next(({ data }) => typeOf(data) === 'connected');
    await using second = await EventStream.open(edge, ana, 'inbox.events');
    const refused = await second.next(({ event }) => event === 'serialized-error');
    expect(refused.data).toContain('too_many_connections');
    expect((await edge.call(ana, 'query', 'auth.me')).status).toBe(200);
  });

  it('are not counted whose peer went before it was known who asks', async () => {
    await using edge = await openEdge(database);
    const { token } = await edge.person('ana');
    const { authenticator } = edge.parley.services;
    const identity = await authenticator.verify(token);
    let response: ServerResponse | undefined;
    const note = (message: unknown) => ({ response } = message as { response: ServerResponse });
    subscribe('http.server.request.start', note);
    const verified = new Promise<void>((resolve) => {
      authenticator.verify = async () => {
        unsubscribe('http.server.request.start', note);
        wire.destroy();
        await once(response as ServerResponse, 'close');
        resolve();
        return identity;
      };
    });
    const wire = send(edge, { ...EVENTS, token });
    await verified;
    expect(await metricsOf(edge)).not.toContain('parley_connections{transport="http"} 1');
  });
});

interface Sent {
  json?: { type?: string; payload?: { content?: string } };
}

const parsed = (data: string): Sent => (data === '' ? {} : (JSON.parse(data) as Sent));
const typeOf = (data: string) => parsed(data).json?.type;
const contentOf = (data: string) => parsed(data).json?.payload?.content;
