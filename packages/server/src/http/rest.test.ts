import type { Conversation, Message, Offer, Page, Session } from '@parley/contract';
import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';

import { t } from '../core/trpc.ts';
import { watchRoom } from '../domains/room/room.ts';
import { testConnection, Watch } from '../domains/testing/stage.ts';
import { procedures } from '../procedures.ts';
import { restRoutes } from './rest.ts';
import { describeRest, json, PASSWORD, refused } from './testing/describe-rest.ts';

const time: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const date: unknown = expect.any(Date);

describeRest(({ running, request, person, talk }) => {
  it('signs people up, in, on and out', async () => {
    const ana = await person('ana');
    expect(ana.session).toMatchObject({
      user: { username: 'ana' },
      accessTokenExpiresAt: time,
    });
    const signedIn = await request<Session>('POST /auth/login', {
      body: { email: 'Ana@parley.test', password: PASSWORD },
    });
    expect([signedIn.status, signedIn.body.user.id]).toEqual([200, ana.id]);
    expect(signedIn.headers.get('cache-control')).toBe('no-store');
    const { refreshToken } = signedIn.body;
    const refreshed = await request<Session>('POST /auth/refresh', { body: { refreshToken } });
    expect([refreshed.status, refreshed.body.user.id]).toEqual([200, ana.id]);
    const me = await ana.call('GET /auth/me');
    expect(me).toMatchObject({ status: 200, body: { id: ana.id, createdAt: time } });
    const out = await ana.call('POST /auth/logout', { refreshToken: refreshed.body.refreshToken });
    expect(out).toMatchObject({ status: 200, body: { success: true } });
    const again = await request('POST /auth/refresh', {
      body: { refreshToken: refreshed.body.refreshToken },
    });
    expect(again).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } });
  });

  it('finds people, and says who is online', async () => {
    const { ana, ben } = await talk();
    const found = await ana.call('GET /users?query=be&limit=1');
    expect(found).toMatchObject({
      status: 200,
      body: { items: [{ id: ben.id, username: 'ben' }], nextCursor: null },
    });
    const offline = {
      status: 200,
      body: expect.arrayContaining([{ userId: ben.id, online: false, lastSeenAt: null }]) as unknown,
    };
    expect(await ana.call(`GET /presence?userIds=${ben.id},${ana.id}`)).toMatchObject(offline);
    expect(await ana.call(`GET /presence?userIds=${ben.id}&userIds=${ana.id}`)).toMatchObject(offline);
    expect(await ana.call(`GET /presence?userIds=${ben.id}`)).toMatchObject(offline);
  });

  it('opens talks, lists them and shows one', async () => {
    const { ana, ben, id, made } = await talk();
    expect(made).toMatchObject({ kind: 'direct', createdAt: time });
    const again = await ben.call<Conversation>('POST /talks', { participantIds: [ana.id] });
    expect([again.status, again.body.id]).toEqual([201, id]);
    const group = { participantIds: [ben.id], title: 'Swap', clientId: 'group-1' };
    const first = await ana.call<Conversation>('POST /talks', group);
    expect((await ana.call<Conversation>('POST /talks', group)).body.id).toBe(first.body.id);
    const page = await ana.call<Page<Conversation>>('GET /talks?limit=1');
    expect(page).toMatchObject({ status: 200, body: { items: [{ id: first.body.id }] } });
    const next = await ana.call('GET /talks?cursor=' + encodeURIComponent(page.body.nextCursor ?? ''));
    expect(next).toMatchObject({ status: 200, body: { items: [{ id }], nextCursor: null } });
    expect(await ben.call(`GET /talks/${id}`)).toMatchObject({
      status: 200,
      body: { id, participants: [{}, {}] },
    });
  });

  it('changes the people of a group, what they are there, and its title', async () => {
    const [ana, ben, cem] = [await person('ana'), await person('ben'), await person('cem')];
    const trip = { participantIds: [ben.id], title: 'Trip' };
    const { id } = (await ana.call<Conversation>('POST /talks', trip)).body;
    const done = { status: 200, body: { success: true } };
    const added = await ana.call<Conversation>(`POST /talks/${id}/members`, { userIds: [cem.id] });
    expect(added).toMatchObject({ status: 200, body: { id, participants: [{}, {}, { role: 'member' }] } });
    expect(await ana.call(`PATCH /talks/${id}`, { title: 'Walk' })).toMatchObject(done);
    const role = { role: 'owner' };
    expect(await ana.call(`PATCH /talks/${id}/members/${ben.id}`, role)).toMatchObject(done);
    expect(await ben.call(`DELETE /talks/${id}/members/${cem.id}`)).toMatchObject(done);
    expect(await ana.call(`POST /talks/${id}/leave`)).toMatchObject(done);
    expect(await ben.call(`GET /talks/${id}`)).toMatchObject({
      body: { title: 'Walk', participants: [{ user: { id: ben.id }, role: 'owner' }] },
    });
    const lost = { status: 404, body: { error: { reason: 'not_a_participant' } } };
    for (const gone of [ana, cem]) expect(await gone.call(`GET /talks/${id}`)).toMatchObject(lost);
  });

  it('sends messages, once for each clientId, and pages through them', async () => {
    const { ana, ben, id } = await talk();
    const hello = { content: 'hello', clientId: 'one' };
    const sent = await ana.call<{ message: Message }>(`POST /talks/${id}/message`, hello);
    const message = {
      seq: 1,
      conversationId: id,
      content: 'hello',
      createdAt: time,
      editedAt: null,
    };
    expect(sent).toMatchObject({ status: 201, body: { success: true, message } });
    expect((await ana.call(`POST /talks/${id}/message`, hello)).body).toEqual(sent.body);
    await ben.call(`POST /talks/${id}/message`, { content: 'who is it', conversationId: 'another' });
    const newest = await ben.call<Page<Message>>(`GET /talks/${id}/message?limit=1`);
    expect(newest).toMatchObject({
      status: 200,
      body: { items: [{ content: 'who is it', conversationId: id }] },
    });
    const older = `GET /talks/${id}/message?limit=1&cursor=${encodeURIComponent(newest.body.nextCursor ?? '')}`;
    expect(await ben.call(older)).toMatchObject({ body: { items: [{ content: 'hello' }] } });
  });

  it('edits messages, reacts to them and deletes them', async () => {
    const { ana, ben, id } = await talk();
    const sent = await ana.call<{ message: Message }>(`POST /talks/${id}/message`, { content: 'helo' });
    const path = `/messages/${sent.body.message.id}`;
    const edited = await ana.call<{ message: Message }>(`PATCH ${path}`, { content: 'hello' });
    expect(edited).toMatchObject({
      status: 200,
      body: { success: true, message: { content: 'hello', editedAt: time } },
    });
    expect(await ben.call(`PATCH ${path}`, { content: 'x' })).toMatchObject({
      status: 403,
      body: refused('FORBIDDEN', 'not_message_author'),
    });
    const reacted = await ben.call(`PUT ${path}/reactions`, { emoji: '👍', on: true });
    expect(reacted).toMatchObject({ status: 200, body: { success: true } });
    const list = () => ana.call<Page<Message>>(`GET /talks/${id}/message`);
    expect((await list()).body.items).toEqual([
      { ...edited.body.message, reactions: [{ emoji: '👍', userIds: [ben.id] }] },
    ]);
    const deleted = await ana.call<{ message: Message }>(`DELETE ${path}`);
    expect(deleted.body.message).toMatchObject({ content: '', reactions: [], deletedAt: time });
    expect((await list()).body.items).toEqual([deleted.body.message]);
  });

  it('says what has been delivered', async () => {
    const { ana, ben, id } = await talk();
    await ana.call(`POST /talks/${id}/message`, { content: 'one' });
    const done = await ben.call(`POST /talks/${id}/delivered`, { upToSeq: 1 });
    expect(done).toMatchObject({ status: 200, body: { success: true } });
    const { body } = await ana.call<Conversation>(`GET /talks/${id}`);
    expect(body.participants.find(({ user }) => user.id === ben.id)).toMatchObject({
      deliveredSeq: 1,
      readSeq: 0,
    });
  });

  it('marks as read without a body, and tells that one is writing', async () => {
    const { ana, ben, id } = await talk();
    await ana.call(`POST /talks/${id}/message`, { content: 'one' });
    await ana.call(`POST /talks/${id}/message`, { content: 'two' });
    const read = { status: 200, body: { success: true, readAt: time } };
    expect(await ben.call(`POST /talks/${id}/read`, { upToSeq: 1 })).toMatchObject(read);
    expect(await ben.call('GET /talks')).toMatchObject({ body: { items: [{ unreadCount: 1 }] } });
    expect(await ben.call(`POST /talks/${id}/read`)).toMatchObject(read);
    const { accessToken: token } = ben.session;
    expect(await request(`POST /talks/${id}/read`, { token, headers: json })).toMatchObject(read);
    expect(await ben.call('GET /talks')).toMatchObject({ body: { items: [{ unreadCount: 0 }] } });
    expect(await ben.call(`POST /talks/${id}/typing`, { isTyping: true })).toMatchObject({
      status: 200,
      body: { success: true },
    });
  });

  it('makes offers and answers them', async () => {
    const { ana, ben, id } = await talk();
    const terms = {
      title: 'Bike',
      terms: 'as it is',
      amount: 5_000,
      currency: 'EUR',
      expiresAt: '2099-01-01T01:00:00+01:00',
    };
    const made = await ana.call<{ offer: Offer }>(`POST /talks/${id}/offers`, terms);
    const offer = {
      status: 'pending',
      amount: 5_000,
      expiresAt: '2099-01-01T00:00:00.000Z',
      recipientId: ben.id,
    };
    expect(made).toMatchObject({ status: 201, body: { success: true, offer } });
    const path = `/talks/${id}/offers/${made.body.offer.id}`;
    expect(await ben.call(`GET ${path}`)).toEqual(
      expect.objectContaining({ status: 200, body: made.body.offer }),
    );
    expect(await ana.call(`PATCH ${path}`, { status: 'accepted' })).toMatchObject({
      status: 403,
      body: refused('FORBIDDEN', 'not_offer_recipient'),
    });
    const counter = { status: 'countered', counter: { amount: 4_000, currency: 'EUR' }, expectedVersion: 1 };
    const countered = await ben.call<{ counterOffer: Offer }>(`PATCH ${path}`, counter);
    const counterOffer = { amount: 4_000, parentOfferId: made.body.offer.id, recipientId: ana.id };
    expect(countered).toMatchObject({ status: 200, body: { offer: { status: 'countered' }, counterOffer } });
    const late = await ben.call(`PATCH ${path}`, { status: 'accepted' });
    expect(late.status).toBe(409);
    const now = { id: made.body.offer.id, status: 'countered', createdAt: time };
    expect(late.body).toMatchObject(refused('CONFLICT', 'offer_not_open', { offer: now }));
    const open = await ben.call<Page<Offer>>(`GET /talks/${id}/offers?status=pending`);
    expect(open.body.items).toEqual([countered.body.counterOffer]);
  });

  it('does not show an offer in another talk than its own', async () => {
    const { ana, ben, id } = await talk();
    const other = await ana.call<Conversation>('POST /talks', { participantIds: [ben.id], title: 'Other' });
    const made = await ana.call<{ offer: Offer }>(`POST /talks/${id}/offers`, {
      title: 'Bike',
      terms: 'as it is',
    });
    const path = `/talks/${other.body.id}/offers/${made.body.offer.id}`;
    expect(await ben.call(`GET ${path}`)).toMatchObject({
      status: 404,
      body: refused('NOT_FOUND', 'not_found'),
    });
    expect(await ben.call(`PATCH ${path}`, { status: 'accepted' })).toMatchObject({ status: 404 });
  });

  it('reaches the room like any other message', async () => {
    const { ana, ben, id } = await talk();
    const { services } = running.parley;
    const caller = { id: ben.id, username: ben.username, avatar: null };
    const room = new Watch((signal) =>
      watchRoom({ services, connection: testConnection() }, caller, {
        conversationId: id,
        lastEventId: undefined,
        signal,
      }),
    );
    await room.next('joined');
    await ana.call(`POST /talks/${id}/message`, { content: 'over REST' });
    const { event } = await room.next('message');
    expect(event.payload).toMatchObject({
      content: 'over REST',
      userId: ana.id,
      createdAt: date,
    });
    await room.stop();
  });

  it('answers HEAD where it answers GET', async () => {
    const { ana } = await talk();
    const { status, headers, body } = await ana.call('HEAD /talks');
    expect([status, body, Number(headers.get('content-length')) > 0]).toEqual([200, undefined, true]);
  });
});

describe('REST without a context', () => {
  it('fails without a word from inside', async () => {
    await using app = fastify();
    const contextOf = () => Promise.reject(new Error('a secret'));
    await app.register(restRoutes, { prefix: '/api/v1', router: t.router(procedures), contextOf });
    const { statusCode, body } = await app.inject('/api/v1/talks');
    expect(statusCode).toBe(500);
    expect(body).toContain('"reason":"internal"');
    expect(body).not.toContain('secret');
  });

  it('does not start with a procedure that is not there', async () => {
    await using app = fastify();
    const contextOf = () => Promise.reject(new Error('nothing is called here'));
    const register = app.register(restRoutes, { prefix: '/api/v1', router: t.router({}), contextOf });
    await expect(register).rejects.toThrow('auth.register of POST /auth/register is no procedure');
  });
});
