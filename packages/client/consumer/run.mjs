// What is published runs: imported by name, with nothing else installed.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import { createParleyClient, isParleyError } from '@parley/client';

class NoSocket {
  static OPEN = 1;
  static CLOSING = 2;
  static CLOSED = 3;
  constructor() {
    throw new Error('not to be opened');
  }
}

const client = createParleyClient({ url: 'http://127.0.0.1:1', WebSocket: NoSocket });
assert.deepEqual(client.connection.getSnapshot(), { state: 'idle' });
assert.equal(typeof client.trpc.conversations.events.subscribe, 'function');
const error = await client.signIn({ email: 'ana@parley.test', password: 'x' }).catch((cause) => cause);
assert.ok(isParleyError(error, 'unavailable'));
const refused = await client.trpc.auth.me.query().catch((cause) => cause);
assert.ok(isParleyError(refused, 'unauthenticated'));
assert.equal(client.connection.state, 'unauthorised');
await client.close();
assert.equal(client.connection.state, 'closed');

if (globalThis.WebSocket === undefined) {
  assert.throws(() => createParleyClient({ url: 'http://127.0.0.1:1' }), /WebSocket/);
}
assert.equal(createRequire(import.meta.url)('@parley/client').createParleyClient, createParleyClient);

const { createTestServer } = await import('@parley/client/testing');
const server = createTestServer({ users: ['ana', 'ben'] });
const { id } = server.conversation({ participants: ['ana', 'ben'] });
const sent = await server.client('ana').conversation(id).send('Hello');
assert.deepEqual((await server.as('ben').messages.list({ conversationId: id })).items, [sent]);
await server.close();
