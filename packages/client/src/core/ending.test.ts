import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createParleyClient, type ParleyClient } from '../client.ts';
import { createTestServer, type TestServer } from '../testing/index.ts';

describe('what ends', () => {
  let server: TestServer<'ana' | 'ben'>;
  let conversationId: string;
  beforeEach(() => {
    vi.useFakeTimers();
    server = createTestServer({ users: ['ana', 'ben'] });
    conversationId = server.conversation({ participants: ['ana', 'ben'], messages: 2 }).id;
  });
  afterEach(async () => {
    await server.close();
    vi.useRealTimers();
  });

  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  async function outcome(promise: Promise<unknown>): Promise<unknown> {
    let seen: unknown = 'pending';
    void promise.then(
      () => (seen = 'resolved'),
      (error: Error) => (seen = error.message),
    );
    await pass(60_000);
    return seen;
  }
  const load = (client: ParleyClient, id = conversationId) => client.conversation(id).load();

  it('is a loop over events that is left while it waits for one: nothing is followed for it any more', async () => {
    const loop = server.client('ana').conversation(conversationId)[Symbol.asyncIterator]();
    const next = loop.next();
    await pass(0);
    const { length } = server.calls;
    const left = loop.return?.();
    expect(await Promise.race([left, pass(0).then(() => 'waits')])).toEqual({ done: true, value: undefined });
    await next;
    expect(server.calls).toHaveLength(length);
  });

  it('is what is loaded while the client closes, or after that', async () => {
    server.faults.offline();
    const ana = server.client('ana');
    const before = load(ana);
    await pass(100);
    await ana.close();
    expect(await outcome(before)).toBe('The client is closed');
    expect(await outcome(load(ana))).toBe('The client is closed');
    expect(await outcome(load(ana, 'another'))).toBe('The client is closed');
  });

  it('is a session, by whoever signs out everywhere: to them it is no end that comes from the server', async () => {
    const network = server.network('ana');
    const client = createParleyClient({
      ...network,
      session: server.session('ana'),
      outboxStore: null,
      fetch: async (url, init) => {
        const answer = await network.fetch(url, init);
        // The connection hears of it first.
        if (url.includes('logoutEverywhere')) await new Promise((resolve) => setTimeout(resolve, 5_000));
        return answer;
      },
    });
    await Promise.all([load(client), pass(1_000)]);
    const states: string[] = [];
    client.connection.subscribe(() => states.push(client.connection.state));
    const leaving = client.signOut({ everywhere: true });
    await pass(4_000);
    expect(client.session.getSnapshot()).toBeNull();
    expect(await outcome(leaving)).toBe('resolved');
    expect(states).toContain('idle');
    expect(states).not.toContain('unauthorised');
    expect(client.connection.state).toBe('idle');
    await client.close();
  });

  it('leaves no timer behind, though someone comes or goes after the client was closed', async () => {
    const ana = server.client('ana');
    const room = ana.conversation(conversationId);
    const leave = room.subscribe(() => {});
    await pass(5_000);
    expect(room.status).toBe('ready');
    await ana.close();
    await pass(5_000);
    expect(vi.getTimerCount()).toBe(0);
    leave();
    const again = room.subscribe(() => {});
    ana.conversation('another').subscribe(() => {});
    again();
    expect(vi.getTimerCount()).toBe(0);
    expect(room.status).toBe('ready');
  });

  it('is an attempt to send that was to come later', async () => {
    server.faults.refuse('messages.send', 'rate_limited', { retryAfterMs: 60_000 });
    const ana = server.client('ana');
    ana
      .conversation(conversationId)
      .send('Hello')
      .catch(() => undefined);
    await pass(2_000);
    expect(ana.outbox.getSnapshot()).toMatchObject([{ delivery: 'queued' }]);
    await ana.close();
    await pass(5_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is a session at once, though its token is old and the network does not answer', async () => {
    const session = { ...server.session('ana'), accessTokenExpiresAt: new Date() };
    const network = { ...server.network('ana'), fetch: () => new Promise<Response>(() => {}) };
    const ana = createParleyClient({ ...network, session, outboxStore: null });
    void ana.signOut();
    expect(ana.session.getSnapshot()).toBeNull();
    await ana.close();
  });

  it('is not an offer that is shown before one signs in: it is looked for again then', async () => {
    const draft = { conversationId, title: 'Bike', terms: 'As seen' };
    const { offer } = await server.as('ana').offers.create(draft);
    const client = server.client();
    const live = client.offer(offer.id);
    live.subscribe(() => {});
    await pass(5_000);
    expect(live.getSnapshot()).toMatchObject({
      status: 'failed',
      error: { data: { reason: 'unauthenticated' } },
    });
    void client.signIn(server.session('ben'));
    await pass(5_000);
    expect(live.getSnapshot()).toMatchObject({ status: 'ready', offer: { id: offer.id } });
    void client.signOut();
    await pass(5_000);
    expect(live.getSnapshot()).toMatchObject({ status: 'failed', offer: null });
    void client.signIn(server.session('ana'));
    await pass(5_000);
    expect(live.getSnapshot()).toMatchObject({ status: 'ready', offer: { role: 'author' } });
  });
});
