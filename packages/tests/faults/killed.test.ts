// A process killed at the worst moment loses nothing that was committed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { createPostgres, databases } from '../../server/src/core/testing/databases.ts';
import { freePort } from '../harness/free-port.ts';
import { signUp, type Person } from '../harness/people.ts';
import { startProcess } from '../harness/processes.ts';
import { JWT_SECRET } from '../harness/server.ts';
import { watchInbox, watchRoom } from '../harness/watch.ts';

describe.each(databases())('a server on $kind', ({ kind }) => {
  let directory: string;
  let env: Record<string, string>;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-'));
    env = { PARLEY_DATA_DIR: directory, JWT_SECRET, LOG_LEVEL: 'warn' };
    if (kind === 'postgres') env['DATABASE_URL'] = await createPostgres(inject('postgresUrl') ?? '');
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('killed between a commit and its broadcast delivers the message once to those who come back', async () => {
    const port = await freePort();
    const doomed = await startProcess('../faults/dies-before-broadcast.ts', { port, env });
    await using ana = closing(await signUp(doomed.url, 'ana'));
    await using ben = closing(await signUp(doomed.url, 'ben'));
    const { id: conversationId } = await ana.http.conversations.create.mutate({ participantIds: [ben.id] });
    const [room, inbox] = [watchRoom(ben.client, conversationId), watchInbox(ben.client)];
    await room.next('joined');
    await inbox.next('connected');
    await ana.http.messages.send.mutate({ conversationId, content: 'first' });
    await room.next('message');
    await inbox.next('new-message');

    const clientId = 'retry';
    const lost = ana.http.messages.send.mutate({ conversationId, content: 'last words', clientId });
    await expect(lost).rejects.toThrow('fetch failed');
    expect(await doomed.end('SIGKILL')).toBeNull();

    await using _successor = await startProcess('../../server/src/main.ts', { port, env });
    await room.next('message', 2);
    await inbox.next('new-message', 2);
    const { message } = await ana.http.messages.send.mutate({
      conversationId,
      content: 'last words',
      clientId,
    });
    expect(message.seq).toBe(2);
    await ana.http.messages.send.mutate({ conversationId, content: 'after' });
    await room.next('message', 3);
    await inbox.next('new-message', 3);
    expect(room.of('message').map(({ seq, content }) => [seq, content])).toEqual([
      [1, 'first'],
      [2, 'last words'],
      [3, 'after'],
    ]);
    expect(inbox.of('new-message').map(({ seq }) => seq)).toEqual([1, 2, 3]);
  }, 180_000);
});

function closing(person: Person) {
  return Object.assign(person, { [Symbol.asyncDispose]: () => person.close() });
}
