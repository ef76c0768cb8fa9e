import { describe, expect, it } from 'vitest';

import { RATES } from '../core/rate-limit.ts';
import { REST_TABLE } from './rest-table.ts';
import { describeRest, PASSWORD, refused } from './testing/describe-rest.ts';

const text: unknown = expect.any(String);

describeRest(({ running, request, person, talk }) => {
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
        await running.parley.services.rateLimits.consume('typing', ana.id);
      const last = await ana.call(line, { isTyping: true });
      expect(last.status).toBe(429);
      const { retryAfterMs } = last.body.error;
      expect(last.body).toMatchObject(refused('TOO_MANY_REQUESTS', 'rate_limited', { retryable: true }));
      expect(last.headers.get('retry-after')).toBe(String(Math.ceil(Number(retryAfterMs) / 1_000)));
    });
  });

  it('tells nothing from inside when it fails', async () => {
    const { ana, id } = await talk();
    await running.database.prisma.$executeRawUnsafe('ALTER TABLE "Offer" RENAME TO "Hidden"');
    const failed = await ana.call(`GET /talks/${id}/offers`);
    await running.database.prisma.$executeRawUnsafe('ALTER TABLE "Hidden" RENAME TO "Offer"');
    expect(failed.status).toBe(500);
    expect(failed.body).toEqual(
      refused('INTERNAL_SERVER_ERROR', 'internal', { message: 'Something went wrong' }),
    );
  });

  it('has the id of the request in its errors and its headers', async () => {
    const { headers, body } = await request('GET /talks', { headers: { 'x-request-id': 'my-own' } });
    expect([headers.get('x-request-id'), body.error['requestId']]).toEqual(['my-own', 'my-own']);
  });
});
