import type { Conversation, Message, Offer, Page, Session } from '@parley/contract';
import { fastify } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { RATES } from '../core/rate-limit.ts';
import { databases, type TestDatabase } from '../core/testing/databases.ts';
import { t } from '../core/trpc.ts';
import { createParley, type Parley } from '../create-parley.ts';
import { CHEAP_PASSWORD_COST } from '../domains/auth/passwords.ts';
import { watchRoom } from '../domains/room/room.ts';
import { testConnection, Watch } from '../domains/testing/stage.ts';
import { procedures } from '../procedures.ts';
import { REST_TABLE } from './rest-table.ts';
import { restRoutes } from './rest.ts';

const PASSWORD = 'a-long-password';
const time: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const text: unknown = expect.any(String);
const date: unknown = expect.any(Date);
const json = { 'content-type': 'application/json' };

interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

describe.each(databases())('REST on $kind', ({ open }) => {
  let database: TestDatabase;
  let parley: Parley;
  let url: string;
  beforeAll(async () => {
    database = await open();
    parley = await createParley({
      database,
      jwtSecret: 'a secret that is long enough for a test',
      passwordCost: CHEAP_PASSWORD_COST,
      logLevel: 'silent',
    });
    ({ url } = await parley.listen({ port: 0 }));
  });
  beforeEach(() => database.clear());
  afterAll(async () => {
    await parley.close();
    await database.close();
  });

  /** Times are text here, so a body is what JSON makes of a contract type. */
  type Json<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Json<T[K]> } : T;

  async function request<Body = { error: Record<string, unknown> }>(
    line: string,
    { token, body, ...init }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<Json<Body>>> {
    const [method = '', path = ''] = line.split(' ');
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(body !== undefined && json),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...init.headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = await response.text();
    const parsed = (answer === '' ? undefined : JSON.parse(answer)) as Json<Body>;
    return { status: response.status, headers: response.headers, body: parsed };
  }

  async function person(name: string) {
    const account = { email: `${name}@parley.test`, username: name, password: PASSWORD };
    const { status, body } = await request<Session>('POST /auth/register', { body: account });
    expect(status).toBe(201);
    const token = body.accessToken;
    return {
      ...body.user,
      session: body,
      call: <Body = { error: Record<string, unknown> }>(line: string, data?: unknown) =>
        request<Body>(line, { token, body: data }),
    };
  }

  async function talk() {
    const [ana, ben] = [await person('ana'), await person('ben')];
    const made = await ana.call<Conversation>('POST /talks', { participantIds: [ben.id] });
    expect(made.status).toBe(201);
    return { ana, ben, id: made.body.id, made: made.body };
  }

  const refused = (code: string, reason: string, more: object = {}) => ({
    error: {
      code,
      reason,
      message: text,
      retryable: false,
      requestId: text,
      ...more,
    },
  });

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
    const { services } = parley;
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

  describe('refuses', () => {
    it('input that is not valid, with 400 and what is wrong with it', async () => {
      const { ana, id } = await talk();
      const wrong = await ana.call(`POST /talks/${id}/message`, { content: 5 });
      expect(wrong.status).toBe(400);
      expect(wrong.body).toEqual(
        refused('BAD_REQUEST', 'invalid_input', {
          issues: { formErrors: [], fieldErrors: { content: [text] } },
        }),
      );
      const long = await ana.call(`POST /talks/${id}/message`, { content: 'x'.repeat(10_001) });
      expect(long).toMatchObject({ status: 400, body: refused('BAD_REQUEST', 'message_too_long') });
      const lines = [
        'GET /talks?limit=0',
        'GET /talks?limit=many',
        'GET /talks?limit=1&limit=2',
        'GET /users',
        'GET /presence',
      ];
      for (const line of lines) expect([line, (await ana.call(line)).status]).toEqual([line, 400]);
      for (const body of ['{"content":', 'null', '[]', '"text"', '{"__proto__":{}}']) {
        expect([body, (await ana.call(`POST /talks/${id}/message`, body)).status]).toEqual([body, 400]);
      }
      expect((await ana.call('GET /talks?constructor=1&__proto__=1')).status).toBe(200);
    });

    it('a path that cannot be decoded, with 400', async () => {
      expect(await request('GET /talks/%zz')).toMatchObject({
        status: 400,
        body: refused('BAD_REQUEST', 'invalid_input'),
      });
    });

    it('a call without a good token, with 401 and WWW-Authenticate, before its input is looked at', async () => {
      for (const { method, path, open: isOpen } of REST_TABLE) {
        const line = `${method} ${path.replaceAll(/\{\w+\}/g, 'x')}`;
        const { status, headers, body } = await request(line, method === 'GET' ? {} : { body: {} });
        const expected = isOpen === true ? [400, null, 'invalid_input'] : [401, 'Bearer', 'unauthenticated'];
        expect([line, status, headers.get('www-authenticate'), body.error['reason']]).toEqual([
          line,
          ...expected,
        ]);
      }
      expect(await request('GET /talks', { token: 'forged' })).toMatchObject({
        status: 401,
        body: refused('UNAUTHORIZED', 'token_invalid'),
      });
      await person('ana');
      const login = { email: 'ana@parley.test', password: 'wrong' };
      const wrong = await request('POST /auth/login', { body: login });
      expect(wrong).toMatchObject({ status: 401, body: refused('UNAUTHORIZED', 'invalid_credentials') });
    });

    it('a path that is not there, and what is not one’s own, with 404', async () => {
      const { id } = await talk();
      const eve = await person('eve');
      expect(await request('GET /nowhere')).toMatchObject({
        status: 404,
        body: refused('NOT_FOUND', 'not_found'),
      });
      const odd = { headers: { 'content-type': 'text/plain' }, body: 'x' };
      expect((await request('POST /nowhere', odd)).status).toBe(404);
      const theirs = { status: 404, body: refused('NOT_FOUND', 'not_a_participant') };
      expect(await eve.call(`GET /talks/${id}`)).toMatchObject(theirs);
      expect(await eve.call(`POST /talks/${id}/message`, { content: 'hello' })).toMatchObject(theirs);
      expect(await eve.call('GET /talks/unknown')).toMatchObject(theirs);
    });

    it('a method that the path does not have, with 405 and Allow', async () => {
      const wrong = await request('PUT /talks', { body: {} });
      expect(wrong).toMatchObject({
        status: 405,
        body: refused('METHOD_NOT_SUPPORTED', 'method_not_allowed'),
      });
      expect(wrong.headers.get('allow')).toBe('GET, HEAD, POST');
      const lines = [
        'DELETE /talks/x/message',
        'GET /auth/login',
        'POST /auth/me',
        'POST /openapi.json',
        'POST /docs',
        'POST /talks/x/offers/y',
      ];
      for (const line of lines) expect([line, (await request(line)).status]).toEqual([line, 405]);
      expect((await request('DELETE /talks/x/offers/y')).headers.get('allow')).toBe('GET, HEAD, PATCH');
    });

    it('a name that is taken, with 409', async () => {
      await person('ana');
      const account = { email: 'ana@parley.test', username: 'other', password: PASSWORD };
      const taken = await request('POST /auth/register', { body: account });
      expect(taken).toMatchObject({ status: 409, body: refused('CONFLICT', 'email_taken') });
    });

    it('a body that is too large, with 413, and one that is not JSON, with 415', async () => {
      const { ana, id } = await talk();
      const large = await ana.call(`POST /talks/${id}/message`, { content: 'x'.repeat(200_000) });
      expect(large).toMatchObject({ status: 413, body: refused('PAYLOAD_TOO_LARGE', 'payload_too_large') });
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const form = await request(`POST /talks/${id}/message`, {
        token: ana.session.accessToken,
        headers,
        body: 'content=hello',
      });
      expect(form).toMatchObject({
        status: 415,
        body: refused('UNSUPPORTED_MEDIA_TYPE', 'unsupported_media_type'),
      });
    });

    it('too many calls, with 429 and when to come again', async () => {
      const { ana, id } = await talk();
      const line = `POST /talks/${id}/typing`;
      expect((await ana.call(line, { isTyping: true })).status).toBe(200);
      // Calls would take their time, and those of some seconds ago do not count.
      for (let count = 1; count < RATES.typing.points; count += 1)
        await parley.services.rateLimits.consume('typing', ana.id);
      const last = await ana.call(line, { isTyping: true });
      expect(last.status).toBe(429);
      const { retryAfterMs } = last.body.error;
      expect(last.body).toMatchObject(refused('TOO_MANY_REQUESTS', 'rate_limited', { retryable: true }));
      expect(last.headers.get('retry-after')).toBe(String(Math.ceil(Number(retryAfterMs) / 1_000)));
    });
  });

  it('tells nothing from inside when it fails', async () => {
    const { ana, id } = await talk();
    await database.prisma.$executeRawUnsafe('ALTER TABLE "Offer" RENAME TO "Hidden"');
    const failed = await ana.call(`GET /talks/${id}/offers`);
    await database.prisma.$executeRawUnsafe('ALTER TABLE "Hidden" RENAME TO "Offer"');
    expect(failed.status).toBe(500);
    expect(failed.body).toEqual(
      refused('INTERNAL_SERVER_ERROR', 'internal', { message: 'Something went wrong' }),
    );
  });

  it('answers HEAD where it answers GET', async () => {
    const { ana } = await talk();
    const { status, headers, body } = await ana.call('HEAD /talks');
    expect([status, body, Number(headers.get('content-length')) > 0]).toEqual([200, undefined, true]);
  });

  it('has the id of the request in its errors and its headers', async () => {
    const { headers, body } = await request('GET /talks', { headers: { 'x-request-id': 'my-own' } });
    expect([headers.get('x-request-id'), body.error['requestId']]).toEqual(['my-own', 'my-own']);
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
